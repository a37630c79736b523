/// How the sky is cut into bands of declination that fit a processor's cache.
///
/// Rows are counted in narrow bins first; neighbouring bins are then put together until a band holds enough rows. A band
/// is never narrower than the halo, so that a row and all its partners lie in at most three bands. Rows of the bucketed
/// table are written to every band they may have a partner in, those of the other one to their own only.
struct SweepPlan {
  /// Bins of declination: 2.5″·2² = 9.9″ high.
  static let binCount = 1 << 16
  private static let binsPerDegree = Double(binCount) / 180

  /// The band of every bin.
  private(set) var band = [UInt32](repeating: 0, count: SweepPlan.binCount)
  /// First bin of every band, and `binCount` after the last.
  private(set) var firstBin: [Int] = [0]
  /// Bins that hold all possible partners, on either side of a row's.
  let halo: Int

  var bandCount: Int { firstBin.count - 1 }

  /// The bin of a declination; never decreases with it.
  @inline(__always)
  static func bin(_ dec: Double) -> Int { min(Int((dec + 90) * binsPerDegree), binCount - 1) }

  /// Cuts bands of about `target` rows of both tables together.
  ///
  /// - Parameters:
  ///   - counts: rows of both tables in each bin
  ///   - radius: the largest separation that may matter, degrees
  init(counts: [UInt32], radius: Double, target: Int) {
    halo = min(Int(radius * Self.binsPerDegree * (1 + 1e-9)) + 1, Self.binCount)
    var rows = 0
    for bin in 0..<Self.binCount {
      band[bin] = UInt32(firstBin.count - 1)
      rows += Int(counts[bin])
      let height = bin + 1 - firstBin[firstBin.count - 1]
      if rows >= target && height >= halo && bin + 1 < Self.binCount {
        firstBin.append(bin + 1)
        rows = 0
      }
    }
    firstBin.append(Self.binCount)
  }

  /// The bands in which a row of the bucketed table, in `bin`, may have partners.
  @inline(__always)
  func bands(reachedFrom bin: Int) -> ClosedRange<Int> {
    Int(band[max(bin - halo, 0)])...Int(band[min(bin + halo, Self.binCount - 1)])
  }
}
