#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Rows of a table, sorted into bands: position and row number of each in 20 bytes.
///
/// The bytes of a row lie together, so that writing it touches one place only. Written by several threads, each to
/// slots of its own, and read by all.
final class RowStore: @unchecked Sendable {
  /// Bytes of a row: right ascension, declination, row number.
  static let stride = 20

  let base: UnsafeMutableRawPointer
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
    base = LargeMemory.allocate(sum * Self.stride)
  }

  deinit { free(base) }

  /// The rows of a band.
  @inline(__always)
  func rows(ofBand band: Int) -> StoredRows {
    StoredRows(base: UnsafeRawPointer(base) + first[band] * Self.stride, count: first[band + 1] - first[band])
  }

  /// Writes a row at an address within the store.
  @inline(__always)
  static func write(_ ra: Double, _ dec: Double, _ row: UInt32, to address: UnsafeMutableRawPointer) {
    address.storeBytes(of: ra, as: Double.self)
    address.storeBytes(of: dec, toByteOffset: 8, as: Double.self)
    address.storeBytes(of: row, toByteOffset: 16, as: UInt32.self)
  }
}

/// Rows of one band of a store.
struct StoredRows {
  let base: UnsafeRawPointer
  let count: Int

  @inline(__always)
  func ra(_ k: Int) -> Double { (base + k &* RowStore.stride).loadUnaligned(as: Double.self) }

  @inline(__always)
  func dec(_ k: Int) -> Double {
    (base + k &* RowStore.stride).loadUnaligned(fromByteOffset: 8, as: Double.self)
  }

  @inline(__always)
  func row(_ k: Int) -> UInt32 {
    (base + k &* RowStore.stride).loadUnaligned(fromByteOffset: 16, as: UInt32.self)
  }
}

/// Memory in pages of 2 MB where the system has them: partitioning writes to thousands of places at a time, which small
/// pages make slow.
enum LargeMemory {
  /// Memory of some bytes, not initialised; to be given back by `free`.
  static func allocate(_ bytes: Int) -> UnsafeMutableRawPointer {
    let page = 1 << 21
    let memory: UnsafeMutableRawPointer?
    if bytes < page {
      memory = malloc(max(1, bytes))
    } else {
      memory = aligned_alloc(page, (bytes + page - 1) / page * page)
      if let memory { prefer(memory, bytes: bytes) }
    }
    guard let memory else { fatalError("out of memory: \(bytes) bytes") }
    return memory
  }

  /// Asks for large pages for what of some memory, not touched yet, fills whole ones.
  static func prefer(_ memory: UnsafeMutableRawPointer, bytes: Int) {
    #if os(Linux)
      let page = 1 << 21
      let start = (Int(bitPattern: memory) + page - 1) / page * page
      let end = (Int(bitPattern: memory) + bytes) / page * page
      if start < end { madvise(UnsafeMutableRawPointer(bitPattern: start), end - start, MADV_HUGEPAGE) }
    #endif
  }
}
