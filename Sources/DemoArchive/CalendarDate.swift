/// ISO 8601 dates as SSA's TIME has them: a year, a month, a day or a time of day, UTC.
enum CalendarDate {
  /// The span of time that a date stands for, as MJD; nil if it is no date.
  static func span(_ text: String) -> ValueRange? {
    let parts = text.split(separator: "T", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    let date = parts[0].split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
    guard (1...3).contains(date.count), let year = date[0], (1...9999).contains(year) else { return nil }
    var month = 1
    var day = 1
    if date.count > 1 {
      guard let value = date[1], (1...12).contains(value) else { return nil }
      month = value
    }
    if date.count > 2 {
      guard let value = date[2], (1...31).contains(value) else { return nil }
      day = value
    }
    let start = Double(mjd(year, month, day))
    if parts.count == 2 {
      guard date.count == 3, let time = seconds(parts[1]) else { return nil }
      return ValueRange(low: start + time / 86400, high: start + time / 86400)
    }
    let end =
      switch date.count {
      case 1: mjd(year + 1, 1, 1)
      case 2: month == 12 ? mjd(year + 1, 1, 1) : mjd(year, month + 1, 1)
      default: mjd(year, month, day) + 1
      }
    return ValueRange(low: start, high: Double(end))
  }

  private static func seconds(_ text: String) -> Double? {
    let bare = text.hasSuffix("Z") ? String(text.dropLast()) : text
    let parts = bare.split(separator: ":", omittingEmptySubsequences: false).map { Double($0) }
    guard (2...3).contains(parts.count), let hour = parts[0], let minute = parts[1], (0..<24).contains(hour),
      (0..<60).contains(minute)
    else { return nil }
    guard parts.count == 3 else { return hour * 3600 + minute * 60 }
    guard let second = parts[2], (0..<61).contains(second) else { return nil }
    return hour * 3600 + minute * 60 + second
  }

  /// Modified Julian Date of midnight (Hinnant 2013, days from civil).
  private static func mjd(_ year: Int, _ month: Int, _ day: Int) -> Int {
    let shifted = month <= 2 ? year - 1 : year
    let era = shifted / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 678_881
  }
}
