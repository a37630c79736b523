/// Sorts the rows of a source into the bands of a plan, on several threads.
struct Partition {
  let source: any PositionSource
  let threads: Int

  /// Rows handed over at a time: their positions stay in the first-level cache.
  static let block = 1024

  /// Valid rows of every thread's share in each bin of declination.
  private(set) var counts: [[UInt32]] = []
  /// Rows that are no position.
  private(set) var skipped = 0
  /// Whether a valid right ascension lies outside 0…360°.
  private(set) var hasUnusualRA = false

  /// Counts the rows.
  init(_ source: any PositionSource, threads: Int) {
    self.source = source
    self.threads = threads
    let results = ThreadResults<(counts: [UInt32], skipped: Int, isUnusual: Bool)>(threads)
    ParallelFor.threads(threads) { [threads] thread in
      var counts = [UInt32](repeating: 0, count: SweepPlan.binCount)
      var skipped = 0
      var isUnusual = false
      Self.forEachBlock(source, ParallelFor.share(source.rowCount, thread, of: threads)) { _, ra, dec in
        counts.withUnsafeMutableBufferPointer { counts in
          for k in 0..<ra.count {
            if SkyPosition.isValid(ra: ra[k], dec: dec[k]) {
              counts[SweepPlan.bin(dec[k])] &+= 1
              isUnusual = isUnusual || ra[k] < 0 || ra[k] >= 360
            } else {
              skipped &+= 1
            }
          }
        }
      }
      results.set(thread, (counts, skipped, isUnusual))
    }
    for r in results.values {
      counts.append(r.counts)
      skipped += r.skipped
      hasUnusualRA = hasUnusualRA || r.isUnusual
    }
  }

  /// Number of valid rows.
  var validRows: Int { source.rowCount - skipped }

  /// Adds this table's rows to the counts of bins.
  func add(to total: inout [UInt32]) {
    for c in counts {
      for bin in c.indices { total[bin] &+= c[bin] }
    }
  }

  /// Writes the rows to their bands; with the halo, to every band they may have a partner in.
  func store(_ plan: SweepPlan, withHalo: Bool) -> RowStore {
    var sizes = [[Int]](repeating: [Int](repeating: 0, count: plan.bandCount), count: threads)
    for (thread, c) in counts.enumerated() {
      for bin in c.indices where c[bin] > 0 {
        if withHalo {
          for band in plan.bands(reachedFrom: bin) { sizes[thread][band] += Int(c[bin]) }
        } else {
          sizes[thread][Int(plan.band[bin])] += Int(c[bin])
        }
      }
    }
    let store = RowStore(bandSizes: (0..<plan.bandCount).map { b in sizes.reduce(0) { $0 + $1[b] } })
    let bands = plan.compactBands(withHalo: withHalo)
    ParallelFor.threads(threads) { [sizes] thread in
      var slots = store.first
      for t in 0..<thread {
        for b in sizes[t].indices { slots[b] += sizes[t][b] }
      }
      var next = slots.map { store.base + $0 * RowStore.stride }
      let share = ParallelFor.share(source.rowCount, thread, of: threads)
      next.withUnsafeMutableBufferPointer { next in
        bands.withUnsafeBufferPointer { bands in
          Self.forEachBlock(source, share) { first, ra, dec in
            Self.scatter(first, ra, dec, bands, next, plan)
          }
        }
      }
      source.release(share)
    }
    return store
  }

  @inline(__always)
  private static func scatter(
    _ first: Int, _ ra: Span<Double>, _ dec: Span<Double>, _ bands: UnsafeBufferPointer<UInt16>,
    _ next: UnsafeMutableBufferPointer<UnsafeMutableRawPointer>, _ plan: SweepPlan
  ) {
    for k in 0..<ra.count {
      let (a, d) = (ra[k], dec[k])
      guard SkyPosition.isValid(ra: a, dec: d) else { continue }
      let bin = SweepPlan.bin(d)
      let normal = SkyPosition.normalized(ra: a)
      let row = UInt32(truncatingIfNeeded: first &+ k)
      let band = bands[bin]
      if band & SweepPlan.severalBands == 0 {
        let address = next[Int(band)]
        next[Int(band)] = address + RowStore.stride
        RowStore.write(normal, d, row, to: address)
      } else {
        for band in plan.bands(reachedFrom: bin) {
          RowStore.write(normal, d, row, to: next[band])
          next[band] += RowStore.stride
        }
      }
    }
  }

  private static func forEachBlock(
    _ source: any PositionSource, _ rows: Range<Int>, _ body: (Int, Span<Double>, Span<Double>) -> Void
  ) {
    var start = rows.lowerBound
    while start < rows.upperBound {
      let end = min(start + block, rows.upperBound)
      source.withPositions(start..<end) { ra, dec in body(start, ra, dec) }
      start = end
    }
  }
}

/// A place for the result of each of several threads.
final class ThreadResults<Value>: @unchecked Sendable {
  private let slots: UnsafeMutablePointer<Value?>
  private let count: Int

  init(_ count: Int) {
    self.count = count
    slots = .allocate(capacity: count)
    slots.initialize(repeating: nil, count: count)
  }

  deinit {
    slots.deinitialize(count: count)
    slots.deallocate()
  }

  /// Keeps the result of a thread; every thread sets its own only.
  func set(_ thread: Int, _ value: Value) { slots[thread] = value }

  /// All results, when the threads are done.
  var values: [Value] { (0..<count).compactMap { slots[$0] } }
}
