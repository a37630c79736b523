#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A growing list of pairs in memory of its own, without the checks of an array.
///
/// It grows by `realloc`, which moves large pieces by remapping and not by copying.
struct PairBuffer: ~Copyable {
  private(set) var base: UnsafeMutablePointer<MatchPair>
  private(set) var count = 0
  private var capacity = 4096

  init() {
    guard let memory = malloc(capacity * MemoryLayout<MatchPair>.stride) else { fatalError("out of memory") }
    base = memory.bindMemory(to: MatchPair.self, capacity: capacity)
  }

  deinit { free(base) }

  @inline(__always)
  mutating func append(_ pair: MatchPair) {
    if count == capacity { grow() }
    base[count] = pair
    count &+= 1
  }

  @inline(never)
  private mutating func grow() {
    capacity += capacity / 2
    guard let memory = realloc(base, capacity * MemoryLayout<MatchPair>.stride) else {
      fatalError("out of memory for \(capacity) pairs")
    }
    base = memory.bindMemory(to: MatchPair.self, capacity: capacity)
  }

  var pairs: UnsafeBufferPointer<MatchPair> { UnsafeBufferPointer(start: base, count: count) }
}

/// The pairs every thread found.
final class PairRuns: @unchecked Sendable {
  private let buffers: UnsafeMutablePointer<PairBuffer>
  let threads: Int

  init(threads: Int) {
    self.threads = threads
    buffers = .allocate(capacity: threads)
    for t in 0..<threads { (buffers + t).initialize(to: PairBuffer()) }
  }

  deinit {
    buffers.deinitialize(count: threads)
    buffers.deallocate()
  }

  /// Keeps what a thread found; every thread sets its own only.
  func set(_ thread: Int, _ found: consuming PairBuffer) { buffers[thread] = found }

  /// Number of pairs of all threads.
  var count: Int { (0..<threads).reduce(0) { $0 + buffers[$1].count } }

  /// The pairs one thread found.
  func run(_ thread: Int) -> UnsafeBufferPointer<MatchPair> { buffers[thread].pairs }
}
