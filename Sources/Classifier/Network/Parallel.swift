import Dispatch
import Synchronization

#if canImport(Glibc)
  import Glibc
#endif

/// Work split into a fixed number of pieces and shared by threads.
///
/// What a piece does must depend on its number only: then the result is the same with any number of threads.
enum Parallel {
  /// Processors this process may use.
  static let processorCount = max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))

  /// Calls `body` once with each of 0 ..< `pieces`, on up to `threads` threads, and returns when all are
  /// done.
  static func run(pieces: Int, threads: Int, _ body: (_ piece: Int) -> Void) {
    run(pieces: pieces, threads: threads) { _, piece in body(piece) }
  }

  /// The same, with the number of the thread, 0 ..< min(`threads`, `pieces`), for room of its own to work in.
  static func run(pieces: Int, threads: Int, _ body: (_ worker: Int, _ piece: Int) -> Void) {
    guard threads > 1, pieces > 1 else {
      for piece in 0..<max(0, pieces) { body(0, piece) }
      return
    }
    let next = Atomic<Int>(0)
    withoutActuallyEscaping(body) { body in
      // Pieces write to places of their own, and all end before this returns.
      nonisolated(unsafe) let body = body
      DispatchQueue.concurrentPerform(iterations: min(threads, pieces)) { worker in
        while true {
          let piece = next.wrappingAdd(1, ordering: .relaxed).oldValue
          guard piece < pieces else { return }
          body(worker, piece)
        }
      }
    }
  }

  /// The piece with number `index` when `count` things are cut into `pieces` runs as equal as can be.
  static func range(_ index: Int, of pieces: Int, count: Int) -> Range<Int> {
    count * index / pieces..<count * (index + 1) / pieces
  }
}

/// Results of pieces of work, in the order of the pieces.
final class Collector<Value: Sendable>: Sendable {
  private let found: Mutex<[Value?]>

  init(_ count: Int) { found = Mutex(Array(repeating: nil, count: count)) }

  func set(_ index: Int, _ value: Value) { found.withLock { $0[index] = value } }

  /// Those that were set.
  var values: [Value] { found.withLock { $0.compactMap(\.self) } }
}
