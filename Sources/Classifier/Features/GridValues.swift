/// Sum and extremes of the values on the feature grid, four at a time.
///
/// One after the other they would wait for each other, and take as long as the interpolation.
struct GridValues {
  private let lanes: UnsafeRawBufferPointer
  private let size = MemoryLayout<SIMD4<Double>>.size

  /// The values of a vector; their number is a multiple of four.
  init(_ values: UnsafeMutableBufferPointer<Double>) {
    lanes = UnsafeRawBufferPointer(values)
  }

  private subscript(offset: Int) -> SIMD4<Double> {
    lanes.loadUnaligned(fromByteOffset: offset, as: SIMD4<Double>.self)
  }

  /// The sum, which is not finite if a value is not.
  var sum: Double {
    var sums = SIMD4<Double>.zero
    var offset = 0
    while offset < lanes.count {
      sums += self[offset]
      offset &+= size
    }
    return sums.sum()
  }

  /// The smallest and the largest value.
  var range: (low: Double, high: Double) {
    var low = self[0]
    var high = low
    var offset = size
    while offset < lanes.count {
      let next = self[offset]
      low.replace(with: next, where: next .< low)
      high.replace(with: next, where: next .> high)
      offset &+= size
    }
    return (low.min(), high.max())
  }
}
