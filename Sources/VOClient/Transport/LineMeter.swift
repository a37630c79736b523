/// Holds the bytes that come to a rate: a bucket that fills with time and that each piece is taken from.
///
/// Only the transfer thread uses it.
final class LineMeter {
  /// Bytes a second.
  private let rate: Double
  /// Bytes that may come at once after a pause.
  private let burst: Double
  private var level: Double
  private var filled: Double
  /// Exchanges that wait until there is something in the bucket, by number.
  private(set) var waiting: Set<UInt64> = []

  /// - Parameter rate: bytes a second, over zero.
  init(rate: Double, now: Double) {
    self.rate = rate
    burst = max(16_384, rate / 20)
    level = burst
    filled = now
  }

  /// Takes a piece; false where there is nothing left, and the exchange must wait.
  func take(_ count: Int, for exchange: UInt64, now: Double) -> Bool {
    fill(now)
    guard level > 0 else {
      waiting.insert(exchange)
      return false
    }
    // A piece may be larger than what is left: the next ones wait the longer.
    level -= Double(count)
    return true
  }

  /// The exchanges that may go on now; none while the bucket is empty.
  func released(now: Double) -> Set<UInt64> {
    fill(now)
    guard level > 0 else { return [] }
    defer { waiting = [] }
    return waiting
  }

  /// Seconds until something is in the bucket, if anything waits for that.
  func delay(now: Double) -> Double? {
    guard !waiting.isEmpty else { return nil }
    fill(now)
    return max(0, -level / rate)
  }

  func forget(_ exchange: UInt64) {
    waiting.remove(exchange)
  }

  private func fill(_ now: Double) {
    level = min(burst, level + (now - filled) * rate)
    filled = now
  }
}
