/// The 128 most significant bits of 5^q for q from -342 to 308, for ``DecimalConversion``.
///
/// Positive powers are cut off, the reciprocals down to q = -27 are rounded up, the others cut off, as the
/// algorithm asks (Lemire 2021, doi:10.1002/spe.2984, §§5 and 8). The table is computed once: powers by repeated
/// multiplication, reciprocals by repeated division of 2^1024, both exact.
enum PowersOfFive {
  static let least = -342
  static let greatest = 308

  /// High and low word of each power, from the least up.
  static let table: [UInt64] = {
    var table = [UInt64](repeating: 0, count: 2 * (greatest - least + 1))
    var power = [UInt64](repeating: 0, count: 17)
    power[0] = 1
    for q in 0...greatest {
      let top = leading(power)
      table[2 * (q - least)] = top.high
      table[2 * (q - least) + 1] = top.low
      var carry: UInt64 = 0
      for limb in power.indices {
        let product = power[limb].multipliedFullWidth(by: 5)
        let (sum, overflow) = product.low.addingReportingOverflow(carry)
        power[limb] = sum
        carry = product.high + (overflow ? 1 : 0)
      }
    }
    var reciprocal = [UInt64](repeating: 0, count: 17)
    reciprocal[16] = 1
    for q in stride(from: -1, through: least, by: -1) {
      var remainder: UInt64 = 0
      for limb in reciprocal.indices.reversed() {
        let (quotient, rest) = UInt64(5).dividingFullWidth((remainder, reciprocal[limb]))
        reciprocal[limb] = quotient
        remainder = rest
      }
      var top = leading(reciprocal)
      if q >= -27 {
        let (low, overflow) = top.low.addingReportingOverflow(1)
        top = (top.high + (overflow ? 1 : 0), low)
      }
      table[2 * (q - least)] = top.high
      table[2 * (q - least) + 1] = top.low
    }
    return table
  }()

  /// The 128 bits from the most significant one on.
  private static func leading(_ limbs: [UInt64]) -> (high: UInt64, low: UInt64) {
    guard let last = limbs.lastIndex(where: { $0 != 0 }) else { return (0, 0) }
    func limb(_ index: Int) -> UInt64 { index >= 0 ? limbs[index] : 0 }
    let shift = UInt64(limbs[last].leadingZeroBitCount)
    func shifted(_ index: Int) -> UInt64 {
      shift == 0 ? limb(index) : limb(index) << shift | limb(index - 1) >> (64 - shift)
    }
    return (shifted(last), shifted(last - 1))
  }
}
