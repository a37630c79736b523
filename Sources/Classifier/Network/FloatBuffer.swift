typealias Floats = UnsafePointer<Float>
typealias MutableFloats = UnsafeMutablePointer<Float>

/// Numbers at a fixed address (a multiple of 64 bytes), freed with their owner.
///
/// Threads share one only where each writes a part of its own.
final class FloatBuffer: @unchecked Sendable {
  let count: Int
  let base: MutableFloats

  /// `count` zeros.
  init(count: Int) {
    self.count = count
    let raw = UnsafeMutableRawPointer.allocate(byteCount: max(count, 16) * 4, alignment: 64)
    base = raw.bindMemory(to: Float.self, capacity: max(count, 16))
    base.initialize(repeating: 0, count: max(count, 16))
  }

  /// A copy of `values`.
  convenience init(_ values: [Float]) {
    self.init(count: values.count)
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

  func zero() { base.update(repeating: 0, count: count) }
}
