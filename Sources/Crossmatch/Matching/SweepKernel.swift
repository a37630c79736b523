/// Finds the partners within one band: rows of one table are sorted into buckets of right ascension, rows of the other
/// look up the few buckets their partners can be in.
///
/// Buckets hold about one row. No unit vectors and no trigonometry are needed but for pairs whose differences in both
/// coordinates are small enough.
struct SweepKernel: ~Copyable {
  private let window: SweepWindow
  private let decision: RadiusDecision
  /// Whether the bucketed table is the left one.
  private let bucketsAreLeft: Bool
  private let sources: (left: any PositionSource, right: any PositionSource)?
  /// Whether there are sources to ask: looking at them for every pair would copy them.
  private let isAsking: Bool
  private(set) var pairs = PairBuffer()

  private var capacity = 0
  private var ra = UnsafeMutablePointer<Double>.allocate(capacity: 1)
  private var dec = UnsafeMutablePointer<Double>.allocate(capacity: 1)
  private var row = UnsafeMutablePointer<UInt32>.allocate(capacity: 1)
  private var place = UnsafeMutablePointer<UInt32>.allocate(capacity: 1)
  private var bucketCapacity = 0
  private let notes = UnsafeMutablePointer<PairNote>.allocate(capacity: SweepKernel.batch + 8)
  private static let batch = 512
  private var start = UnsafeMutablePointer<UInt32>.allocate(capacity: 1)

  /// A kernel for a radius.
  ///
  /// - Parameter sources: the tables, if some right ascensions lie outside 0…360° and were rounded when they were
  ///   brought there; separations are then computed from the numbers given
  init(
    radiusArcsec: Double, bucketsAreLeft: Bool,
    asking sources: (any PositionSource, any PositionSource)? = nil
  ) {
    window = SweepWindow(radius: radiusArcsec / 3600)
    decision = RadiusDecision(arcseconds: radiusArcsec)
    self.bucketsAreLeft = bucketsAreLeft
    self.sources = sources
    isAsking = sources != nil
  }

  deinit {
    ra.deallocate()
    dec.deallocate()
    row.deallocate()
    place.deallocate()
    start.deallocate()
    notes.deallocate()
  }

  /// Adds the pairs of two bands.
  mutating func match(_ bucketed: StoredRows, _ queries: StoredRows) {
    guard bucketed.count > 0 && queries.count > 0 else { return }
    let circle = BucketCircle(bucketed)
    fill(bucketed, circle)
    sweep(queries, circle)
  }

  /// The pairs found; the kernel has none afterwards.
  mutating func takePairs() -> PairBuffer {
    var taken = PairBuffer()
    swap(&taken, &pairs)
    return taken
  }

  /// Sorts rows into buckets by counting.
  private mutating func fill(_ rows: StoredRows, _ circle: BucketCircle) {
    let buckets = circle.buckets
    reserve(rows: rows.count, buckets: buckets)
    let (start, place) = (self.start, self.place)
    start.update(repeating: 0, count: buckets + 3)
    // Counts stand two places on, so that after the second pass every entry is the start of its bucket.
    for k in 0..<rows.count {
      let b = circle.bucket(circle.turned(rows.ra(k)))
      place[k] = UInt32(truncatingIfNeeded: b)
      start[b &+ 2] &+= 1
    }
    var sum: UInt32 = 0
    for b in 2..<buckets + 3 {
      sum &+= start[b]
      start[b] = sum
    }
    let (ra, dec, row) = (self.ra, self.dec, self.row)
    for k in 0..<rows.count {
      let b = Int(place[k]) &+ 1
      let slot = Int(start[b])
      start[b] &+= 1
      ra[slot] = circle.turned(rows.ra(k))
      dec[slot] = rows.dec(k)
      row[slot] = rows.row(k)
    }
    // The sweep looks at two slots before it asks whether there are any.
    for slot in rows.count..<rows.count + 2 {
      ra[slot] = .infinity
      dec[slot] = .infinity
    }
  }

  private mutating func reserve(rows: Int, buckets: Int) {
    if rows > capacity {
      capacity = rows + rows / 4
      ra.deallocate()
      dec.deallocate()
      row.deallocate()
      place.deallocate()
      ra = .allocate(capacity: capacity + 2)
      dec = .allocate(capacity: capacity + 2)
      row = .allocate(capacity: capacity)
      place = .allocate(capacity: capacity)
    }
    if buckets + 3 > bucketCapacity {
      bucketCapacity = buckets + 3
      start.deallocate()
      start = .allocate(capacity: bucketCapacity)
    }
  }

  /// Looks up the partners of every row of the other table.
  ///
  /// What may be a pair by its differences in the two coordinates is noted only; the notes are settled a batch at a
  /// time, which keeps this loop short and the arithmetic free of its unpredictable branches.
  private mutating func sweep(_ rows: StoredRows, _ circle: BucketCircle) {
    let band = RowWidths(rows, window)
    let (start, ra, dec) = (self.start, self.ra, self.dec)
    let (notes, tall, edge) = (self.notes, window.dec, circle.edge)
    var noted = 0
    for k in 0..<rows.count {
      let (a, d) = (circle.turned(rows.ra(k)), rows.dec(k))
      let width = band.isEven ? band.widest : window.ra(atDec: d)
      let (low, high) = (a - width, a + width)
      var turn = 0.0
      var first = circle.bucket(low)
      var last = circle.bucket(high)
      while true {
        var slot = Int(start[first])
        let end = Int(start[last &+ 1])
        // Most rows meet none, one or two; these are noted without a branch that could be guessed wrongly.
        for _ in 0..<2 {
          notes[noted] = PairNote(slot: UInt32(truncatingIfNeeded: slot), row: UInt32(truncatingIfNeeded: k))
          let isHere = slot < end ? 1 : 0
          let isLevel = (dec[slot] - d).magnitude <= tall ? 1 : 0
          let isNear = (ra[slot] - (a + turn)).magnitude <= width ? 1 : 0
          noted &+= isHere & isLevel & isNear
          slot &+= 1
        }
        while slot < end {
          if (dec[slot] - d).magnitude <= tall && (ra[slot] - (a + turn)).magnitude <= width {
            notes[noted] = PairNote(
              slot: UInt32(truncatingIfNeeded: slot), row: UInt32(truncatingIfNeeded: k))
            noted &+= 1
            if noted >= Self.batch {
              settle(rows, circle, noted)
              noted = 0
            }
          }
          slot &+= 1
        }
        // Rows near the edge also look at the other end of the circle.
        guard turn == 0 && (low < edge || high > edge + 360) && width < .infinity else { break }
        turn = low < edge ? 360 : -360
        first = low < edge ? circle.bucket(low + 360) : 0
        last = low < edge ? circle.buckets : circle.bucket(high - 360)
      }
      if noted >= Self.batch {
        settle(rows, circle, noted)
        noted = 0
      }
    }
    settle(rows, circle, noted)
  }

  /// Computes the separations of noted pairs and keeps those within the radius.
  @inline(never)
  private mutating func settle(_ rows: StoredRows, _ circle: BucketCircle, _ count: Int) {
    let (notes, ra, dec, row) = (self.notes, self.ra, self.dec, self.row)
    var k = 0
    while k < count {
      let n = min(HaversineBatch.lanes, count &- k)
      var batch = HaversineBatch()
      for lane in 0..<HaversineBatch.lanes {
        let note = notes[k &+ (lane < n ? lane : 0)]
        let (h, q) = (Int(note.slot), Int(note.row))
        batch.set(lane, circle.restored(ra[h]), dec[h], rows.ra(q), rows.dec(q))
      }
      let haversines = batch.haversines
      for lane in 0..<n {
        let note = notes[k &+ lane]
        let (h, q) = (Int(note.slot), Int(note.row))
        let (mine, other) = (row[h], rows.row(q))
        let pair =
          bucketsAreLeft
          ? MatchPair(left: mine, right: other, haversine: haversines[lane])
          : MatchPair(left: other, right: mine, haversine: haversines[lane])
        if isAsking {
          ask(pair)
        } else if decision.isWithin(pair.haversine, circle.restored(ra[h]), dec[h], rows.ra(q), rows.dec(q)) {
          pairs.append(pair)
        }
      }
      k &+= n
    }
  }

  /// Keeps a pair if it is within the radius by the numbers of the tables themselves.
  @inline(never)
  private mutating func ask(_ pair: MatchPair) {
    guard let sources else { return }
    let (a, b) = (sources.left.position(pair.left), sources.right.position(pair.right))
    let h = Haversine.between(a.ra, a.dec, b.ra, b.dec)
    guard decision.isWithin(h, a.ra, a.dec, b.ra, b.dec) else { return }
    pairs.append(MatchPair(left: pair.leftRow, right: pair.rightRow, haversine: h))
  }
}

/// A slot of the buckets and a row of the queries that may be a pair.
struct PairNote: BitwiseCopyable {
  var slot: UInt32
  var row: UInt32
}

/// How wide to look in right ascension for the rows of a band.
struct RowWidths {
  let widest: Double
  /// Whether one width does for all rows; near the poles every row needs its own.
  let isEven: Bool

  init(_ rows: StoredRows, _ window: SweepWindow) {
    var lowest = 90.0
    var highest = -90.0
    for k in 0..<rows.count {
      let d = rows.dec(k)
      lowest = d < lowest ? d : lowest
      highest = d > highest ? d : highest
    }
    let (a, b) = (lowest.magnitude, highest.magnitude)
    widest = window.ra(atDec: a > b ? a : b)
    let narrowest = window.ra(atDec: lowest * highest <= 0 ? 0 : a < b ? a : b)
    isEven = widest <= 1.2 * narrowest
  }
}
