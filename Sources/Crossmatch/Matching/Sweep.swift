/// The candidate pairs of two tables: partition into bands, then match band by band.
struct Sweep {
  /// Radius in degrees.
  let radius: Double
  /// Rows of both tables in a band: with their buckets some 500 kB.
  var rowsPerBand = 16_384

  /// All pairs within the radius, in the order of the bands.
  func pairs(
    _ leftRA: [Double], _ leftDec: [Double], _ rightRA: [Double], _ rightDec: [Double],
    _ report: inout MatchReport
  ) -> [MatchPair] {
    var counts = [UInt32](repeating: 0, count: SweepPlan.binCount)
    var leftCounts = counts
    var rightCounts = counts
    report.leftSkipped = count(leftRA, leftDec, &leftCounts)
    report.rightSkipped = count(rightRA, rightDec, &rightCounts)
    for b in counts.indices { counts[b] = leftCounts[b] + rightCounts[b] }
    let plan = SweepPlan(counts: counts, radius: radius, target: rowsPerBand)
    // The smaller table is written to neighbouring bands too, and looked up by the larger one.
    let bucketsAreLeft = leftRA.count <= rightRA.count
    let left = partition(leftRA, leftDec, leftCounts, plan, withHalo: bucketsAreLeft)
    let right = partition(rightRA, rightDec, rightCounts, plan, withHalo: !bucketsAreLeft)
    var kernel = SweepKernel(radius: radius, bucketsAreLeft: bucketsAreLeft)
    for band in 0..<plan.bandCount {
      kernel.match(bucketsAreLeft ? left : right, bucketsAreLeft ? right : left, band: band)
    }
    report.candidates = kernel.pairs.count
    return Array(kernel.pairs.pairs)
  }

  /// Counts the valid rows in each bin; returns how many are not.
  private func count(_ ra: [Double], _ dec: [Double], _ counts: inout [UInt32]) -> Int {
    var skipped = 0
    for k in ra.indices {
      if SkyPosition.isValid(ra: ra[k], dec: dec[k]) {
        counts[SweepPlan.bin(dec[k])] &+= 1
      } else {
        skipped += 1
      }
    }
    return skipped
  }

  private func partition(
    _ ra: [Double], _ dec: [Double], _ counts: [UInt32], _ plan: SweepPlan, withHalo: Bool
  ) -> RowStore {
    var sizes = [Int](repeating: 0, count: plan.bandCount)
    for bin in counts.indices {
      let n = Int(counts[bin])
      if withHalo {
        for band in plan.bands(reachedFrom: bin) { sizes[band] += n }
      } else {
        sizes[Int(plan.band[bin])] += n
      }
    }
    let store = RowStore(bandSizes: sizes)
    var next = Array(store.first.dropLast())
    for k in ra.indices where SkyPosition.isValid(ra: ra[k], dec: dec[k]) {
      let bin = SweepPlan.bin(dec[k])
      let bands = withHalo ? plan.bands(reachedFrom: bin) : Int(plan.band[bin])...Int(plan.band[bin])
      for band in bands {
        let slot = next[band]
        next[band] = slot &+ 1
        store.ra[slot] = SkyPosition.normalized(ra: ra[k])
        store.dec[slot] = dec[k]
        store.row[slot] = UInt32(truncatingIfNeeded: k)
      }
    }
    return store
  }
}
