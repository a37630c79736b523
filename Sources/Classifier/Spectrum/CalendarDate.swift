/// A date of the Gregorian calendar, from a Modified Julian Date.
struct CalendarDate: Equatable {
  var year: Int
  var month: Int
  var dayOfMonth: Int
  /// Seconds since midnight, UTC.
  var seconds: Int

  /// The date of an MJD, rounded to a second.
  init(modifiedJulianDate: Double) {
    let days = modifiedJulianDate.isFinite ? max(-5e5, min(3e6, modifiedJulianDate)) : 0
    let total = Int((days * 86400).rounded())
    let day = total >= 0 ? total / 86400 : (total - 86399) / 86400
    seconds = total - day * 86400
    // Algorithm of Fliegel and Van Flandern (1968), from the Julian day number of that noon.
    var l = day + 2_400_001 + 68569
    let n = 4 * l / 146097
    l -= (146097 * n + 3) / 4
    let i = 4000 * (l + 1) / 1_461_001
    l = l - 1461 * i / 4 + 31
    let j = 80 * l / 2447
    dayOfMonth = l - 2447 * j / 80
    l = j / 11
    month = j + 2 - 12 * l
    year = 100 * (n - 49) + i + l
  }

  /// `yyyy-mm-dd`.
  var day: String {
    "\(Self.two(year / 100))\(Self.two(year % 100))-\(Self.two(month))-\(Self.two(dayOfMonth))"
  }

  /// `yyyy-mm-ddThh:mm:ss`.
  var text: String {
    "\(day)T\(Self.two(seconds / 3600)):\(Self.two(seconds / 60 % 60)):\(Self.two(seconds % 60))"
  }

  private static func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
}
