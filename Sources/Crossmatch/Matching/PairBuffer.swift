/// A growing list of pairs in memory of its own, without the checks of an array.
///
/// It grows by remapping, not by copying, once it is large.
struct PairBuffer: ~Copyable {
  private(set) var base: UnsafeMutablePointer<MatchPair>
  private(set) var count = 0
  private var capacity = 4096

  init() { base = .allocate(capacity: capacity) }

  deinit { base.deallocate() }

  @inline(__always)
  mutating func append(_ pair: MatchPair) {
    if count == capacity { grow() }
    base[count] = pair
    count &+= 1
  }

  @inline(never)
  private mutating func grow() {
    let larger = UnsafeMutablePointer<MatchPair>.allocate(capacity: 2 * capacity)
    larger.moveInitialize(from: base, count: count)
    base.deallocate()
    base = larger
    capacity *= 2
  }

  var pairs: UnsafeBufferPointer<MatchPair> { UnsafeBufferPointer(start: base, count: count) }
}
