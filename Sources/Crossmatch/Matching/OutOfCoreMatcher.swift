/// A pair of rows of tables of any length.
public struct TablePair: Sendable, Hashable {
  /// Row of the left table, from 0.
  public var left: Int
  /// Row of the right table, from 0.
  public var right: Int
  /// Separation in arcsec.
  public var separation: Double
}

/// Matches tables that do not fit in memory, by slabs of declination in temporary files.
///
/// Every table is read twice: to count its rows by declination, and to write them to the slabs' files (24 bytes a row).
/// A left row is in one slab, right rows also in those they may have a partner in. Slab by slab is then matched in
/// memory. All modes give what they would give in memory: where a choice depends on pairs of several slabs, the pairs
/// in question wait until their rows have been seen in all.
public struct OutOfCoreMatcher: Sendable {
  /// Radius, mode and threads.
  public var matcher: Matcher

  /// Folder for the temporary files.
  public var folder: String

  /// Rows of both tables in memory at a time, at least; some 120 bytes each.
  public var rowsInMemory: Int

  /// A matcher that keeps to some number of rows in memory.
  ///
  /// - Parameters:
  ///   - matcher: radius, mode and threads
  ///   - folder: where there is room for 24 bytes a row of both tables
  ///   - rowsInMemory: rows of a slab; 8 million take about 1 GB
  public init(matcher: Matcher, folder: String, rowsInMemory: Int = 8_000_000) {
    self.matcher = matcher
    self.folder = folder
    self.rowsInMemory = rowsInMemory
  }

  /// Matches two tables and hands over the pairs slab by slab, from south to north.
  ///
  /// - Parameters:
  ///   - left: the left table, of any length
  ///   - right: the right table, of any length
  ///   - body: gets the pairs that are settled, in no order that means anything
  /// - Throws: ``CrossmatchError``: `XMA-02`, `XMA-04` if the temporary files cannot be written, or what `body` throws as
  ///   `XMA-04`
  /// - Returns: the report; its ``MatchReport/leftMatched`` and ``MatchReport/rightMatched`` are not counted (0).
  /// - Complexity: O(n + m + pairs); memory O(rows in memory), whatever the length of the tables.
  public func match(
    left: any PositionSource, right: any PositionSource, _ body: ([TablePair]) throws(CrossmatchError) -> Void
  ) throws(CrossmatchError) -> MatchReport {
    try matcher.checkParameters(rows: 0)
    var report = MatchReport()
    report.leftRows = left.rowCount
    report.rightRows = right.rowCount
    report.offsets = OffsetHistogram([], radiusArcsec: matcher.radiusArcsec)
    let plan = try plan(left, right, &report)
    let leftFiles = try write(left, plan, withHalo: false)
    let rightFiles = try write(right, plan, withHalo: true)
    var waiting = WaitingPairs()
    for slab in 0..<plan.bandCount {
      guard let l = leftFiles.take(slab), let r = rightFiles.take(slab) else {
        throw CrossmatchError(.file, leftFiles.failure ?? rightFiles.failure ?? "", path: folder)
      }
      try settle(slab, l, r, plan, &waiting, &report, body)
    }
    return report
  }

  private func plan(
    _ left: any PositionSource, _ right: any PositionSource, _ report: inout MatchReport
  ) throws(CrossmatchError) -> SweepPlan {
    var counts = [UInt32](repeating: 0, count: SweepPlan.binCount)
    let l = Partition(left, threads: max(1, matcher.threads))
    let r = Partition(right, threads: max(1, matcher.threads))
    l.add(to: &counts)
    r.add(to: &counts)
    report.leftSkipped = l.skipped
    report.rightSkipped = r.skipped
    // Every slab has an open file.
    let rows = max(rowsInMemory, (left.rowCount + right.rowCount) / 400, 1)
    return SweepPlan(counts: counts, radius: matcher.radiusArcsec / 3600, target: rows)
  }

  private func write(
    _ source: any PositionSource, _ plan: SweepPlan, withHalo: Bool
  ) throws(CrossmatchError) -> SlabFiles {
    guard let files = SlabFiles(folder: folder, slabs: plan.bandCount) else {
      throw CrossmatchError(.file, MappedFile.lastError, path: folder)
    }
    for start in stride(from: 0, to: source.rowCount, by: Partition.block) {
      let end = min(start + Partition.block, source.rowCount)
      source.withPositions(start..<end) { ra, dec in
        for k in 0..<ra.count where SkyPosition.isValid(ra: ra[k], dec: dec[k]) {
          let bin = SweepPlan.bin(dec[k])
          let slabs = withHalo ? plan.bands(reachedFrom: bin) : Int(plan.band[bin])...Int(plan.band[bin])
          for slab in slabs { files.add(ra[k], dec[k], start + k, to: slab) }
        }
      }
      source.release(start..<end)
      if let failure = files.failure { throw CrossmatchError(.file, failure, path: folder) }
    }
    return files
  }

  /// Matches a slab, and hands over what no later slab can change.
  private func settle(
    _ slab: Int, _ left: SlabRows, _ right: SlabRows, _ plan: SweepPlan, _ waiting: inout WaitingPairs,
    _ report: inout MatchReport, _ body: ([TablePair]) throws(CrossmatchError) -> Void
  ) throws(CrossmatchError) {
    var ignored = MatchReport()
    let threads = max(1, matcher.threads)
    var runs = Sweep(radiusArcsec: matcher.radiusArcsec, threads: threads).pairs(left, right, &ignored)
    report.candidates += runs.count
    var (l, r) = (left, right)
    switch matcher.mode {
    case .all, .bestPerLeft, .nearest: break
    case .bestPerRight, .mutual, .oneToOneGreedy, .oneToOneOptimal:
      runs = waiting.join(runs, &l, &r) { plan.bands(reachedFrom: SweepPlan.bin($0)).upperBound > slab }
    }
    let chosen = PairSelection(mode: matcher.mode, left: l, right: r, threads: threads).choose(runs)
    var pairs: [TablePair] = []
    pairs.reserveCapacity(chosen.count)
    for p in chosen {
      let pair = TablePair(left: l.row[p.left], right: r.row[p.right], separation: p.separation)
      report.checksum.add(left: pair.left, right: pair.right)
      report.separationSum += pair.separation
      report.offsets.add(pair.separation)
      if pair.separation >= 0.99 * matcher.radiusArcsec { report.nearRadius += 1 }
      pairs.append(pair)
    }
    report.matched += pairs.count
    if !pairs.isEmpty { try body(pairs) }
  }
}
