import Dispatch

/// Runs work on several threads at once and waits for all of it.
enum ParallelFor {
  /// Calls `body` once for each of `count` threads.
  static func threads(_ count: Int, _ body: @Sendable (Int) -> Void) {
    if count <= 1 {
      body(0)
    } else {
      DispatchQueue.concurrentPerform(iterations: count) { body($0) }
    }
  }

  /// The part of a number of rows that falls to a thread.
  static func share(_ rows: Int, _ thread: Int, of threads: Int) -> Range<Int> {
    rows * thread / threads..<rows * (thread + 1) / threads
  }
}
