/// When a failed attempt is made again.
struct RetryPolicy: Sendable {
  /// Repetitions after the first attempt.
  var retries: Int
  /// Seconds before the first repetition.
  var backoff: Double
  /// The longest pause in seconds.
  var longestBackoff: Double
  /// The longest Retry-After in seconds that is obeyed by waiting.
  var longestRetryAfter: Double

  /// Seconds to wait after a failed attempt, or `nil` if there shall be no other.
  ///
  /// - Parameters:
  ///   - error: the failure of the attempt.
  ///   - attempt: its number, from 1.
  ///   - random: a number in 0..<1 that decides the jitter.
  func pause(after error: TransferError, attempt: Int, random: Double = .random(in: 0..<1)) -> Double? {
    // A server that says that it is busy lives, and will have time: the pauses of two more attempts see it through a
    // restart of half a minute.
    let bound = error.kind == .busy && retries > 0 ? retries + 2 : retries
    guard error.isTransient, attempt <= bound else { return nil }
    let exponential = min(longestBackoff, backoff * Double(1 << min(attempt - 1, 30)))
    let jittered = exponential * (0.5 + 0.5 * random)
    guard let asked = error.retryAfter else { return jittered }
    // Jitter on top: all clients of a server that was down have been told the same moment.
    return asked <= longestRetryAfter ? asked + 0.1 * jittered : nil
  }
}
