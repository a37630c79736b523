import Glibc

/// A growing run of bytes outside Swift's arrays; plain old data, so that a buffer of them costs no retain.
///
/// Its owner frees it: a ``TableBuilder`` while rows come in, a ``ColumnStorage`` afterwards.
struct RawBuffer {
  private(set) var base: UnsafeMutableRawPointer?
  private(set) var count = 0
  private(set) var capacity = 0

  /// Makes room for `extra` more bytes.
  @inline(__always)
  mutating func reserve(_ extra: Int) {
    if capacity - count < extra { grow(extra) }
  }

  @inline(never)
  private mutating func grow(_ extra: Int) {
    let wanted = max(count + extra, capacity * 2, 256)
    base = realloc(base, wanted)
    precondition(base != nil, "out of memory")
    capacity = wanted
  }

  /// Appends one value.
  @inline(__always)
  mutating func append<T: BitwiseCopyable>(_ value: T) {
    reserve(MemoryLayout<T>.size)
    base.unsafelyUnwrapped.storeBytes(of: value, toByteOffset: count, as: T.self)
    count += MemoryLayout<T>.size
  }

  /// Appends `length` bytes.
  @inline(__always)
  mutating func append(_ bytes: UnsafePointer<UInt8>, _ length: Int) {
    guard length > 0 else { return }
    reserve(length)
    memcpy(base.unsafelyUnwrapped + count, bytes, length)
    count += length
  }

  /// Lets a caller write up to `limit` bytes at the end; `body` returns how many it wrote.
  @inline(__always)
  mutating func append(limit: Int, _ body: (UnsafeMutablePointer<UInt8>) -> Int) {
    reserve(limit)
    let start = (base.unsafelyUnwrapped + count).assumingMemoryBound(to: UInt8.self)
    count += body(start)
  }

  /// Appends zero bytes until `length` are there.
  mutating func zeroFill(to length: Int) {
    guard length > count else { return }
    reserve(length - count)
    memset(base.unsafelyUnwrapped + count, 0, length - count)
    count = length
  }

  /// Drops all but the first `length` bytes.
  @inline(__always)
  mutating func truncate(to length: Int) { count = min(count, length) }

  /// Drops the first `length` bytes.
  mutating func removeFirst(_ length: Int) {
    guard length > 0, let base else { return }
    memmove(base, base + length, count - length)
    count -= length
  }

  /// The value at an offset in elements of its type; inside the bounds.
  @inline(__always)
  func load<T: BitwiseCopyable>(_ index: Int, as type: T.Type) -> T {
    assert(index >= 0 && (index + 1) * MemoryLayout<T>.size <= count)
    return base.unsafelyUnwrapped.load(fromByteOffset: index * MemoryLayout<T>.size, as: T.self)
  }

  /// Whether a bit is set; bits beyond the end are not.
  @inline(__always)
  func bit(_ index: Int) -> Bool {
    let byte = index >> 3
    guard byte < count else { return false }
    return load(byte, as: UInt8.self) & (1 << UInt8(index & 7)) != 0
  }

  /// Sets a bit, growing as needed.
  mutating func setBit(_ index: Int) {
    let byte = index >> 3
    zeroFill(to: byte + 1)
    let old = load(byte, as: UInt8.self)
    base.unsafelyUnwrapped.storeBytes(of: old | (1 << UInt8(index & 7)), toByteOffset: byte, as: UInt8.self)
  }

  /// Clears the bits from `index` on.
  mutating func clearBits(from index: Int) {
    let byte = index >> 3
    guard byte < count else { return }
    let old = load(byte, as: UInt8.self)
    base.unsafelyUnwrapped.storeBytes(
      of: old & ((1 << UInt8(index & 7)) &- 1), toByteOffset: byte, as: UInt8.self)
    truncate(to: byte + 1)
  }

  /// Frees the memory.
  mutating func deallocate() {
    free(base)
    base = nil
    count = 0
    capacity = 0
  }
}
