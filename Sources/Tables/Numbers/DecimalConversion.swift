/// The binary number nearest to `mantissa` × 10^`exponent`.
///
/// The algorithm of Eisel and Lemire (Lemire 2021, doi:10.1002/spe.2984): one or two 64-bit multiplications,
/// correctly rounded.
enum DecimalConversion {
  /// Powers of ten that a `Double` holds exactly.
  private static let exactPowers: [Double] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
    1e19,
    1e20, 1e21, 1e22,
  ]

  /// The nearest `Double`.
  @inline(__always)
  static func double(_ mantissa: UInt64, exponent: Int) -> Double {
    if mantissa < 1 << 53, exponent >= -22, exponent <= 22 {
      // Clinger's case: both operands are exact, so the one rounding is right.
      let power = exactPowers.withUnsafeBufferPointer { $0[abs(exponent)] }
      return exponent < 0 ? Double(mantissa) / power : Double(mantissa) * power
    }
    return general(mantissa, exponent: exponent)
  }

  @inline(never)
  static func general(_ mantissa: UInt64, exponent: Int) -> Double {
    if mantissa == 0 || exponent < PowersOfFive.least { return 0 }
    if exponent > PowersOfFive.greatest { return .infinity }
    let leadingZeros = mantissa.leadingZeroBitCount
    let normal = mantissa << UInt64(leadingZeros)
    let index = 2 * (exponent - PowersOfFive.least)
    let (powerHigh, powerLow) = PowersOfFive.table.withUnsafeBufferPointer { ($0[index], $0[index + 1]) }
    var (high, low) = normal.multipliedFullWidth(by: powerHigh)
    if high & 0x1FF == 0x1FF {
      // The bits below the rounding position could still change: use the second word too.
      let more = normal.multipliedFullWidth(by: powerLow).high
      let (sum, overflow) = low.addingReportingOverflow(more)
      low = sum
      if overflow { high &+= 1 }
    }
    let upper = Int(high >> 63)
    let shift = UInt64(upper + 9)
    var result = high >> shift
    var binaryExponent = ((217_706 * exponent) >> 16) + 63 + upper - leadingZeros + 1023
    if binaryExponent <= 0 {
      if 1 - binaryExponent >= 64 { return 0 }
      result >>= UInt64(1 - binaryExponent)
      result += result & 1
      result >>= 1
      return Double(bitPattern: result)
    }
    if low <= 1, exponent >= -4, exponent <= 23, result & 3 == 1, result << shift == high {
      result &= ~1  // exactly half way: round to even
    }
    result += result & 1
    result >>= 1
    if result >= 1 << 53 {
      result = 1 << 52
      binaryExponent += 1
    }
    if binaryExponent >= 0x7FF { return .infinity }
    return Double(bitPattern: result & ~(1 << 52) | UInt64(binaryExponent) << 52)
  }
}
