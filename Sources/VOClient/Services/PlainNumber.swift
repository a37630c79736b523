/// Numbers as VO services read them.
enum PlainNumber {
  /// The shortest decimal text that gives the same number, without an exponent, which some services refuse.
  ///
  /// Infinities become `+Inf` and `-Inf` (DALI 1.1, section 3.3.3).
  static func text(_ number: Double) -> String {
    if number.isInfinite { return number < 0 ? "-Inf" : "+Inf" }
    let shortest = "\(number)"
    let parts = shortest.split(separator: "e", maxSplits: 1)
    guard parts.count == 2, let exponent = Int(parts[1]) else {
      return shortest.hasSuffix(".0") ? String(shortest.dropLast(2)) : shortest
    }
    let isNegative = parts[0].hasPrefix("-")
    let mantissa = parts[0].drop { $0 == "-" }.split(separator: ".")
    let whole = mantissa[0]
    let fraction = mantissa.count > 1 && mantissa[1] != "0" ? mantissa[1] : ""
    let digits = whole + fraction
    let point = whole.count + exponent
    let body: String
    if point <= 0 {
      body = "0." + String(repeating: "0", count: -point) + digits
    } else if point >= digits.count {
      body = digits + String(repeating: "0", count: point - digits.count)
    } else {
      body = digits.prefix(point) + "." + digits.dropFirst(point)
    }
    return (isNegative ? "-" : "") + body
  }

  /// A range in the list syntax of SSA, `lo/hi`; an infinite end is left out.
  static func range(_ lower: Double, _ upper: Double) -> String {
    (lower.isFinite ? text(lower) : "") + "/" + (upper.isFinite ? text(upper) : "")
  }
}
