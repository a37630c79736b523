import Synchronization

/// The candidate pairs of two tables: partition into bands, then match band by band.
struct Sweep {
  /// Radius in degrees.
  let radius: Double
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
    let plan = SweepPlan(counts: counts, radius: radius, target: Self.rowsPerBand)
    // The smaller table is written to neighbouring bands too, and looked up by the larger one.
    let bucketsAreLeft = left.rowCount <= right.rowCount
    let leftRows = leftPart.store(plan, withHalo: bucketsAreLeft)
    let rightRows = rightPart.store(plan, withHalo: !bucketsAreLeft)
    let next = Atomic<Int>(0)
    let runs = PairRuns(threads: threads)
    ParallelFor.threads(threads) { [radius] thread in
      var kernel = SweepKernel(radius: radius, bucketsAreLeft: bucketsAreLeft)
      while true {
        let band = next.add(1, ordering: .relaxed).oldValue
        if band >= plan.bandCount { break }
        kernel.match(bucketsAreLeft ? leftRows : rightRows, bucketsAreLeft ? rightRows : leftRows, band: band)
      }
      runs.set(thread, kernel.takePairs())
    }
    report.candidates = runs.count
    return runs
  }
}
