/// How the sky is cut into bands of declination that fit a processor's cache.
///
/// Rows are counted in narrow bins first; neighbouring bins are then put together until a band holds enough rows. A band
/// is never narrower than the halo, so that a row and all its partners lie in at most three bands. Rows of the bucketed
/// table are written to every band they may have a partner in, those of the other one to their own only.
struct SweepPlan {
  /// Bins of declination, 9.9″ high; those at the poles are half as high.
  static let binCount = 1 << 16 + 1
  private static let binsPerDegree = 65_536.0 / 180

  /// The band of every bin.
  private(set) var band = [UInt32](repeating: 0, count: SweepPlan.binCount)
  /// First bin of every band, and `binCount` after the last.
  private(set) var firstBin: [Int] = [0]
  /// Bins that hold all possible partners, on either side of a row's.
  let halo: Int

  var bandCount: Int { firstBin.count - 1 }

  /// The bin of a declination; never decreases with it.
  @inline(__always)
  static func bin(_ dec: Double) -> Int { roundedIndex((dec + 90) * binsPerDegree) }

  /// Cuts bands of about `target` rows of both tables together.
  ///
  /// - Parameters:
  ///   - counts: rows of both tables in each bin
  ///   - radius: the largest separation that may matter, degrees
  init(counts: [UInt32], radius: Double, target: Int) {
    // The number of a band must fit 15 bits.
    let target = max(target, counts.reduce(0) { $0 + Int($1) } / 30_000)
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

  /// The band of every bin in 16 bits, for a table that stays in cache, with ``severalBands`` set where the halo makes
  /// it more than one.
  func compactBands(withHalo: Bool) -> [UInt16] {
    (0..<Self.binCount).map { bin in
      let bands = bands(reachedFrom: bin)
      return UInt16(band[bin]) | (withHalo && bands.count > 1 ? Self.severalBands : 0)
    }
  }

  /// The mark of a bin whose rows go to several bands.
  static let severalBands: UInt16 = 0x8000

  /// The bands in which a row of the bucketed table, in `bin`, may have partners.
  @inline(__always)
  func bands(reachedFrom bin: Int) -> ClosedRange<Int> {
    Int(band[max(bin - halo, 0)])...Int(band[min(bin + halo, Self.binCount - 1)])
  }
}

/// The whole number nearest to a value of 0…2³¹.
///
/// Adding 2⁵² leaves it in the lowest bits: no range check, no branch.
@inline(__always)
func roundedIndex(_ value: Double) -> Int {
  Int(truncatingIfNeeded: (value + 0x1p52).bitPattern & 0xFFFF_FFFF)
}
