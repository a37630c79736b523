import Synchronization

/// The candidate pairs of two tables: partition into bands, then match band by band.
struct Sweep {
  let radiusArcsec: Double
  let threads: Int
  /// Rows of both tables in a band: with their buckets some 500 kB.
  static let rowsPerBand = 16_384

  /// All pairs within the radius.
  func pairs(_ left: any PositionSource, _ right: any PositionSource, _ report: inout MatchReport) -> PairRuns
  {
    let leftPart = Partition(left, threads: threads)
    let rightPart = Partition(right, threads: threads)
    report.leftSkipped = leftPart.skipped
    report.rightSkipped = rightPart.skipped
    var counts = [UInt32](repeating: 0, count: SweepPlan.binCount)
    leftPart.add(to: &counts)
    rightPart.add(to: &counts)
    let plan = SweepPlan(counts: counts, radius: radiusArcsec / 3600, target: Self.rowsPerBand)
    // The smaller table is written to neighbouring bands too, and looked up by the larger one.
    let bucketsAreLeft = left.rowCount <= right.rowCount
    let leftRows = leftPart.store(plan, withHalo: bucketsAreLeft)
    let rightRows = rightPart.store(plan, withHalo: !bucketsAreLeft)
    let next = Atomic<Int>(0)
    let runs = PairRuns(threads: threads)
    let unusual = leftPart.hasUnusualRA || rightPart.hasUnusualRA
    ParallelFor.threads(threads) { [radiusArcsec] thread in
      var kernel = SweepKernel(
        radiusArcsec: radiusArcsec, bucketsAreLeft: bucketsAreLeft, asking: unusual ? (left, right) : nil)
      while true {
        let band = next.add(1, ordering: .relaxed).oldValue
        if band >= plan.bandCount { break }
        let (l, r) = (leftRows.rows(ofBand: band), rightRows.rows(ofBand: band))
        kernel.match(bucketsAreLeft ? l : r, bucketsAreLeft ? r : l)
      }
      runs.set(thread, kernel.takePairs())
    }
    report.candidates = runs.count
    return runs
  }
}
