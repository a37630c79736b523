#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Rows of a table, sorted into bands: positions and row numbers in three columns.
///
/// Written by several threads, each to slots of its own, and read by all.
final class RowStore: @unchecked Sendable {
  let ra: UnsafeMutablePointer<Double>
  let dec: UnsafeMutablePointer<Double>
  let row: UnsafeMutablePointer<UInt32>
  /// First slot of every band, and the number of slots after the last.
  let first: [Int]

  /// Memory for bands of the given sizes.
  init(bandSizes: [Int]) {
    var sum = 0
    var first = [0]
    for size in bandSizes {
      sum += size
      first.append(sum)
    }
    self.first = first
    ra = LargeMemory.allocate(sum)
    dec = LargeMemory.allocate(sum)
    row = LargeMemory.allocate(sum)
  }

  deinit {
    free(ra)
    free(dec)
    free(row)
  }
}

/// Memory in pages of 2 MB where the system has them: partitioning writes to thousands of places at a time, which small
/// pages make slow.
enum LargeMemory {
  /// Memory for `count` values, not initialised; to be given back by `free`.
  static func allocate<T: BitwiseCopyable>(_ count: Int) -> UnsafeMutablePointer<T> {
    let page = 1 << 21
    let bytes = max(1, count) * MemoryLayout<T>.stride
    guard bytes >= page else {
      guard let small = malloc(bytes) else { fatalError("out of memory: \(bytes) bytes") }
      return small.bindMemory(to: T.self, capacity: count)
    }
    guard let memory = aligned_alloc(page, (bytes + page - 1) / page * page) else {
      fatalError("out of memory: \(bytes) bytes")
    }
    #if os(Linux)
      madvise(memory, bytes, MADV_HUGEPAGE)
    #endif
    return memory.bindMemory(to: T.self, capacity: count)
  }
}
