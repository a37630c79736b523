import ArgumentParser

/// A position as astronomers write it, ICRS.
///
/// Examples: `83.63,22.01`, `83.63 -22.01` (degrees); `05:34:31.9,+22:00:52`, `05 34 31.9 +22 00 52`,
/// `05h34m31.9s +22d00m52s`, `5h34.53m,-5°23'28"` (right ascension in hours).
struct SkyPositionArgument: ExpressibleByArgument, Sendable {
  /// Right ascension in degrees, 0 to 360.
  let ra: Double
  /// Declination in degrees.
  let dec: Double

  init?(argument: String) {
    guard let (first, second) = Self.halves(argument), let ra = Self.angle(first, isHours: true),
      let dec = Self.angle(second, isHours: false), (0..<360).contains(ra), (-90...90).contains(dec)
    else { return nil }
    self.ra = ra
    self.dec = dec
  }

  /// The texts of right ascension and declination: separated by a comma, else by the blank before the sign or in the
  /// middle.
  private static func halves(_ text: String) -> (String, String)? {
    let commas = text.split(separator: ",", omittingEmptySubsequences: false)
    if commas.count == 2 { return (String(commas[0]), String(commas[1])) }
    guard commas.count == 1 else { return nil }
    let words = text.split(separator: " ")
    guard words.count >= 2 else { return nil }
    let signed = words.indices.dropFirst().first { "+-−".contains(words[$0].first ?? " ") }
    guard let middle = signed ?? (words.count.isMultiple(of: 2) ? words.count / 2 : nil) else { return nil }
    return (words[..<middle].joined(separator: " "), words[middle...].joined(separator: " "))
  }

  /// Degrees: decimal, or sexagesimal with colons, blanks or units; a sexagesimal right ascension is in hours.
  private static func angle(_ text: String, isHours: Bool) -> Double? {
    var text = text.replacing("−", with: "-")[...]
    while text.first == " " { text.removeFirst() }
    while text.last == " " { text.removeLast() }
    if text.hasSuffix("deg") { return decimal(text.dropLast(3)) }
    let isNegative = text.hasPrefix("-")
    if isNegative || text.hasPrefix("+") { text.removeFirst() }
    guard text.first?.isNumber == true || text.first == "." else { return nil }
    let units = Set("hmsdHMSD°'\"′″")
    let hasHours = text.contains { "hH".contains($0) }
    let hasDegrees = text.contains { "dD°".contains($0) }
    guard !(hasHours && !isHours) else { return nil }
    let separators: (Character) -> Bool = { $0 == ":" || $0 == " " || units.contains($0) }
    let parts = text.split(whereSeparator: separators).map { decimal($0) }
    guard (1...3).contains(parts.count), !parts.contains(nil) else { return nil }
    let numbers = parts.compactMap { $0 }
    let isSexagesimal = numbers.count > 1 || hasHours || hasDegrees
    guard numbers.dropFirst().allSatisfy({ (0..<60).contains($0) }) else { return nil }
    // Only the last of several numbers may have decimals.
    guard numbers.dropLast().allSatisfy({ $0 == $0.rounded() }) else { return nil }
    let value = zip(numbers, [1, 60, 3600]).reduce(0) { $0 + $1.0 / $1.1 }
    let inHours = isSexagesimal && isHours && !hasDegrees
    return (isNegative ? -value : value) * (inHours ? 15 : 1)
  }

  /// A plain decimal number.
  private static func decimal(_ text: Substring) -> Double? {
    guard text.allSatisfy({ $0.isASCII && ($0.isNumber || ".+-".contains($0)) }), let number = Double(text),
      number.isFinite
    else { return nil }
    return number
  }
}
