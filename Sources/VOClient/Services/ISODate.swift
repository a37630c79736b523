/// Conversion between ISO 8601 texts in UTC and modified Julian dates.
public enum ISODate {
  /// The modified Julian date of a text such as `2011-10-24`, `2011-10-24T13:05:00.25Z` or with a blank for `T`.
  ///
  /// Time zones other than `Z` are not part of the standard (DALI 1.1, section 3.3.3); such texts give `nil`.
  public static func mjd(_ text: String) -> Double? {
    var parts = text.trimmed.split(maxSplits: 1, omittingEmptySubsequences: true) { $0 == "T" || $0 == " " }
    guard let first = parts.first else { return nil }
    let date = first.split(separator: "-", omittingEmptySubsequences: false)
    guard date.count == 3, let year = Int(date[0]), let month = Int(date[1]), let day = Int(date[2]),
      (1...12).contains(month), (1...31).contains(day), (0...9999).contains(year)
    else { return nil }
    var fraction = 0.0
    if parts.count == 2 {
      if parts[1].last == "Z" || parts[1].last == "z" { parts[1].removeLast() }
      let time = parts[1].split(separator: ":").map { Double($0) }
      guard (1...3).contains(time.count), !time.contains(nil) else { return nil }
      let units = time.compactMap { $0 } + [0, 0]
      guard (0..<25).contains(units[0]), (0..<60).contains(units[1]), (0..<61).contains(units[2]) else {
        return nil
      }
      fraction = (units[0] * 3600 + units[1] * 60 + units[2]) / 86400
    }
    return Double(days(year, month, day)) + fraction
  }

  /// The text of a modified Julian date, to the second: `2011-10-24T13:05:00`.
  public static func text(mjd: Double) -> String {
    let seconds = Int((mjd * 86400).rounded())
    let day = seconds >= 0 ? seconds / 86400 : (seconds - 86399) / 86400
    let rest = seconds - day * 86400
    let (year, month, date) = civil(day)
    return "\(padded(year, 4))-\(padded(month))-\(padded(date))"
      + "T\(padded(rest / 3600)):\(padded(rest / 60 % 60)):\(padded(rest % 60))"
  }

  private static func padded(_ number: Int, _ width: Int = 2) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }

  /// Days since 1858-11-17 in the Gregorian calendar (the era method: years begin in March, eras have 400 years).
  private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
    let shifted = month <= 2 ? year - 1 : year
    let era = (shifted >= 0 ? shifted : shifted - 399) / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 678_881
  }

  private static func civil(_ mjd: Int) -> (Int, Int, Int) {
    let shifted = mjd + 678_881
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
  }
}
