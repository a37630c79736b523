/// Sorts cell numbers by counting their digits, lowest first (LSD radix sort), 11 bits at a time.
enum CellSort {
  private static let digit = 11

  /// Sorts numbers below 2^`bits`.
  static func sort<Key: FixedWidthInteger & UnsignedInteger>(_ keys: inout [Key], bits: Int) {
    guard keys.count > 1 else { return }
    var other = [Key](unsafeUninitializedCapacity: keys.count) { _, count in count = keys.count }
    for shift in stride(from: 0, to: bits, by: digit) {
      keys.withUnsafeBufferPointer { source in
        other.withUnsafeMutableBufferPointer { target in
          var next = starts(source, shift)
          next.withUnsafeMutableBufferPointer { next in
            for key in source {
              let d = Int(truncatingIfNeeded: key &>> Key(truncatingIfNeeded: shift)) & 0x7FF
              target[next[d]] = key
              next[d] &+= 1
            }
          }
        }
      }
      swap(&keys, &other)
    }
  }

  /// Sorts numbers below 2^`bits` and what belongs to each; equal numbers keep their order.
  static func sort(_ keys: inout [UInt64], with values: inout [UInt32], bits: Int) {
    guard keys.count > 1 else { return }
    var otherKeys = [UInt64](unsafeUninitializedCapacity: keys.count) { _, count in count = keys.count }
    var otherValues = [UInt32](unsafeUninitializedCapacity: keys.count) { _, count in count = keys.count }
    for shift in stride(from: 0, to: bits, by: digit) {
      keys.withUnsafeBufferPointer { source in
        var next = starts(source, shift)
        next.withUnsafeMutableBufferPointer { next in
          values.withUnsafeBufferPointer { values in
            otherKeys.withUnsafeMutableBufferPointer { target in
              otherValues.withUnsafeMutableBufferPointer { targetValues in
                for k in 0..<source.count {
                  let d = Int(truncatingIfNeeded: source[k] &>> UInt64(shift)) & 0x7FF
                  target[next[d]] = source[k]
                  targetValues[next[d]] = values[k]
                  next[d] &+= 1
                }
              }
            }
          }
        }
      }
      swap(&keys, &otherKeys)
      swap(&values, &otherValues)
    }
  }

  private static func starts<Key: FixedWidthInteger & UnsignedInteger>(
    _ source: UnsafeBufferPointer<Key>, _ shift: Int
  ) -> [Int] {
    var counts = [Int](repeating: 0, count: 1 << digit)
    counts.withUnsafeMutableBufferPointer { counts in
      for key in source {
        counts[Int(truncatingIfNeeded: key &>> Key(truncatingIfNeeded: shift)) & 0x7FF] &+= 1
      }
    }
    var sum = 0
    for d in counts.indices {
      let n = counts[d]
      counts[d] = sum
      sum += n
    }
    return counts
  }
}
