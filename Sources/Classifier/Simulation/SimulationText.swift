import Glibc

/// Numbers and dates as text, without a locale.
package enum SimulationText {
  /// A whole number of at least `width` digits.
  package static func padded(_ value: Int, _ width: Int) -> String {
    let digits = String(abs(value))
    let zeros = String(repeating: "0", count: max(width - digits.count, 0))
    return (value < 0 ? "-" : "") + zeros + digits
  }

  /// A number with a fixed number of decimals, rounded half away from zero.
  package static func fixed(_ value: Double, _ decimals: Int) -> String {
    var scale = 1
    for _ in 0..<decimals { scale *= 10 }
    let scaled = Int((abs(value) * Double(scale)).rounded())
    let sign = value < 0 && scaled != 0 ? "-" : ""
    guard decimals > 0 else { return sign + String(scaled) }
    return sign + String(scaled / scale) + "." + padded(scaled % scale, decimals)
  }

  /// An angle as `hh:mm:ss.sss` or `±dd:mm:ss.ss`, from hours or degrees.
  package static func sexagesimal(_ value: Double, decimals: Int, signed: Bool) -> String {
    var scale = 1
    for _ in 0..<decimals { scale *= 10 }
    let units = Int((abs(value) * 3600 * Double(scale)).rounded())
    let (whole, rest) = units.quotientAndRemainder(dividingBy: 3600 * scale)
    let (minutes, seconds) = rest.quotientAndRemainder(dividingBy: 60 * scale)
    let sign = value < 0 ? "-" : signed ? "+" : ""
    return sign + padded(whole, 2) + ":" + padded(minutes, 2) + ":" + padded(seconds / scale, 2)
      + (decimals > 0 ? "." + padded(seconds % scale, decimals) : "")
  }

  /// Calendar date and time of a Modified Julian Date: year, month, day, second of the day.
  package static func calendar(mjd: Double) -> (year: Int, month: Int, day: Int, second: Int) {
    var seconds = Int((mjd * 86400).rounded())
    let day = Int((Double(seconds) / 86400).rounded(.down))
    seconds -= day * 86400
    // Days from civil, reversed (Hinnant 2013); MJD 0 is 1858-11-17.
    let z = day + 678_881
    let era = (z >= 0 ? z : z - 146_096) / 146_097
    let dayOfEra = z - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shifted = (5 * dayOfYear + 2) / 153
    let month = shifted < 10 ? shifted + 3 : shifted - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    return (year, month, dayOfYear - (153 * shifted + 2) / 5 + 1, seconds)
  }

  /// `yyyy-mm-dd` of a Modified Julian Date.
  package static func date(mjd: Double) -> String {
    let c = calendar(mjd: mjd)
    return padded(c.year, 4) + "-" + padded(c.month, 2) + "-" + padded(c.day, 2)
  }

  /// `hh:mm:ss` of a Modified Julian Date.
  package static func time(mjd: Double) -> String {
    let second = calendar(mjd: mjd).second
    return padded(second / 3600, 2) + ":" + padded(second / 60 % 60, 2) + ":" + padded(second % 60, 2)
  }

  /// `yyyy-mm-ddThh:mm:ss` of a Modified Julian Date.
  package static func timestamp(mjd: Double) -> String { date(mjd: mjd) + "T" + time(mjd: mjd) }
}
