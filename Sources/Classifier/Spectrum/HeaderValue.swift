/// Positions and dates as headers write them.
enum HeaderValue {
  /// Degrees from a decimal number or `dd:mm:ss.s` (also blanks between), times 15 for hours.
  static func degrees(_ text: String, isHours: Bool) -> Double? {
    let parts = text.split { $0 == ":" || $0 == " " }
    guard 1...3 ~= parts.count else { return nil }
    var values = [Double]()
    for part in parts {
      guard let value = FITSField.number(String(part)) else { return nil }
      values.append(abs(value))
    }
    // A plain number is in degrees already, even for a right ascension.
    let isSexagesimal = values.count > 1
    guard values.dropFirst().allSatisfy({ $0 < 60.0001 }) else { return nil }
    let size = values[0] + (values.count > 1 ? values[1] / 60 : 0) + (values.count > 2 ? values[2] / 3600 : 0)
    let degrees = (text.utf8.contains(UInt8(ascii: "-")) ? -size : size) * (isHours && isSexagesimal ? 15 : 1)
    return degrees
  }

  /// A right ascension in degrees, 0 to 360, or `nil` where it cannot be one.
  static func rightAscension(_ header: FITSHeader, _ keyword: String) -> Double? {
    let value = header.double(keyword) ?? header.string(keyword).flatMap { degrees($0, isHours: true) }
    return value.flatMap { 0..<360.0001 ~= $0 ? $0 : nil }
  }

  /// A declination in degrees, −90 to 90, or `nil` where it cannot be one.
  static func declination(_ header: FITSHeader, _ keyword: String) -> Double? {
    let value = header.double(keyword) ?? header.string(keyword).flatMap { degrees($0, isHours: false) }
    return value.flatMap { -90...90 ~= $0 ? $0 : nil }
  }

  /// Modified Julian Date of `yyyy-mm-dd`, with or without `Thh:mm:ss.s`; of `dd/mm/yy` too, as before 1999.
  /// - Parameter time: `hh:mm:ss.s`, used where the date has no time of its own.
  static func modifiedJulianDate(_ text: String, time: String? = nil) -> Double? {
    let halves = text.split(separator: "T", maxSplits: 1, omittingEmptySubsequences: true)
    guard let day = halves.first else { return nil }
    var parts = day.split(separator: "-").compactMap { Int($0) }
    if parts.count != 3 {
      parts = day.split(separator: "/").compactMap { Int($0) }.reversed()
      if parts.count == 3, parts[0] < 100 { parts[0] += 1900 }
    }
    guard parts.count == 3, 1800...2200 ~= parts[0], 1...12 ~= parts[1], 1...31 ~= parts[2] else {
      return nil
    }
    var clock = halves.count > 1 ? String(halves[1]) : time ?? ""
    if clock.hasSuffix("Z") { clock.removeLast() }
    let hours = clock.isEmpty ? 0 : degrees(clock, isHours: false) ?? 0
    // Days since 1858-11-17, by the algorithm of Fliegel and Van Flandern (1968).
    let (year, month, date) = (parts[0], parts[1], parts[2])
    let shift = (month - 14) / 12
    let julian =
      date - 32075 + 1461 * (year + 4800 + shift) / 4 + 367 * (month - 2 - shift * 12) / 12
      - 3 * ((year + 4900 + shift) / 100) / 4
    return Double(julian - 2_400_001) + hours / 24
  }
}
