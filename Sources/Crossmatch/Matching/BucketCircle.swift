/// How right ascensions are divided into buckets: evenly over the part of the circle the rows take up.
///
/// That part is estimated from some of the rows; what lies beyond it goes to the first or the last bucket, so that the
/// order of buckets is that of right ascension in any case. Rows on both sides of 0 h are counted from −180° on.
struct BucketCircle {
  /// Number of the last bucket.
  let buckets: Int
  /// Where the circle is cut: 0 or −180°.
  let edge: Double
  private let origin: Double
  private let scale: Double

  init(_ rows: StoredRows) {
    buckets = max(16, 1 << (Int.bitWidth - (rows.count - 1).leadingZeroBitCount))
    var (low, high) = (360.0, -360.0)
    var (lowTurned, highTurned) = (360.0, -360.0)
    for k in stride(from: 0, to: rows.count, by: 8) {
      let a = rows.ra(k)
      low = a < low ? a : low
      high = a > high ? a : high
      let t = a >= 180 ? a - 360 : a
      lowTurned = t < lowTurned ? t : lowTurned
      highTurned = t > highTurned ? t : highTurned
    }
    let isTurned = highTurned - lowTurned < high - low
    edge = isTurned ? -180 : 0
    origin = isTurned ? lowTurned : low
    let span = isTurned ? highTurned - lowTurned : high - low
    scale = Double(buckets) / max(span, 1e-9)
  }

  /// A right ascension, 0…360°, counted from the edge; exact.
  @inline(__always)
  func turned(_ ra: Double) -> Double { edge < 0 && ra >= 180 ? ra - 360 : ra }

  /// The right ascension that was turned; exact.
  @inline(__always)
  func restored(_ turned: Double) -> Double { turned < 0 ? turned + 360 : turned }

  /// The bucket of a turned right ascension, which may be any number but NaN; never decreases with it.
  @inline(__always)
  func bucket(_ turned: Double) -> Int {
    let place = (turned - origin) * scale
    let floored = place > 0 ? place : 0
    let last = Double(buckets)
    return roundedIndex(floored < last ? floored : last)
  }
}
