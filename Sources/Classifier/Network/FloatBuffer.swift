#if canImport(Glibc)
  import Glibc
#endif

typealias Floats = UnsafePointer<Float>
typealias MutableFloats = UnsafeMutablePointer<Float>

/// Numbers at a fixed address (a multiple of 64 bytes), freed with their owner.
///
/// Threads share one only where each writes a part of its own.
final class FloatBuffer: @unchecked Sendable {
  let count: Int
  let base: MutableFloats

  /// `count` zeros.
  convenience init(count: Int) {
    self.init(unset: count)
    base.initialize(repeating: 0, count: max(count, 16))
  }

  /// Room for `count` numbers, to be written before they are read.
  ///
  /// Large ones ask for large pages: the kernels go through them in long strides.
  init(unset count: Int) {
    self.count = count
    let isLarge = count >= 1 << 20
    let alignment = isLarge ? 1 << 21 : 64
    let size = (max(count, 16) * 4 + alignment - 1) / alignment * alignment
    let raw = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: alignment)
    #if canImport(Glibc)
      if isLarge { madvise(raw, size, MADV_HUGEPAGE) }
    #endif
    base = raw.bindMemory(to: Float.self, capacity: size / 4)
  }

  /// A copy of `values`.
  convenience init(_ values: [Float]) {
    self.init(unset: values.count)
    values.withUnsafeBufferPointer { source in
      if let start = source.baseAddress { base.update(from: start, count: source.count) }
    }
  }

  deinit { UnsafeMutableRawPointer(base).deallocate() }

  /// The numbers as an array.
  var array: [Float] { Array(UnsafeBufferPointer(start: base, count: count)) }

  /// Takes over `values`, as many as there is room for.
  func set(_ values: [Float]) {
    values.withUnsafeBufferPointer { source in
      if let start = source.baseAddress { base.update(from: start, count: min(count, source.count)) }
    }
  }

  /// Sets all to zero.
  func zero() { base.update(repeating: 0, count: count) }
}

/// Bytes at a fixed address, freed with their owner; shared as `FloatBuffer` is.
final class ByteBuffer: @unchecked Sendable {
  let base: UnsafeMutablePointer<UInt8>

  /// `count` zeros.
  init(count: Int) {
    base = UnsafeMutablePointer<UInt8>.allocate(capacity: max(count, 1))
    base.initialize(repeating: 0, count: max(count, 1))
  }

  deinit { base.deallocate() }
}
