import ArgumentParser
import VOClient

/// A band of wavelengths in vacuum with its unit: `6519..6732Angstrom`, `650..675nm`, `..1um`, `6564.6Angstrom`.
struct BandArgument: ExpressibleByArgument, Sendable {
  /// Wavelengths in metres; an infinite end is open.
  let metres: (lower: Double, upper: Double)

  init?(argument: String) {
    let units: [(String, Double)] = [
      ("Angstrom", 1e-10), ("angstrom", 1e-10), ("Å", 1e-10), ("AA", 1e-10), ("nm", 1e-9), ("um", 1e-6),
      ("µm", 1e-6), ("mm", 1e-3), ("m", 1),
    ]
    guard let (unit, size) = units.first(where: { argument.hasSuffix($0.0) }),
      let range = OpenRange(argument.dropLast(unit.count), number: { Double($0) })
    else { return nil }
    guard range.lower >= 0 || range.lower == -.infinity else { return nil }
    metres = (range.lower == -.infinity ? 0 : range.lower * size, range.upper * size)
  }
}

/// Dates of observation, UTC: `2011-10-24..2012-01-31`, `2011-10-24T22:00..`, `MJD55858..55859`.
struct TimeArgument: ExpressibleByArgument, Sendable {
  /// Modified Julian dates; an infinite end is open.
  let mjd: (lower: Double, upper: Double)

  init?(argument: String) {
    if argument.hasPrefix("MJD") {
      guard let range = OpenRange(argument.dropFirst(3), number: { Double($0) }) else { return nil }
      mjd = (range.lower, range.upper)
      return
    }
    guard let range = OpenRange(argument[...], number: { ISODate.mjd(String($0)) }) else { return nil }
    // A last day without a time of day is meant whole.
    let end = argument.components(of: "..").last ?? ""
    mjd = (range.lower, end.contains("T") ? range.upper : range.upper + 1)
  }
}

/// `LOW..HIGH`, open at either end, or a single value.
private struct OpenRange {
  var lower: Double
  var upper: Double

  init?(_ text: Substring, number: (Substring) -> Double?) {
    let parts = String(text).components(of: "..")
    func end(_ text: Substring, open: Double) -> Double? {
      let bare = text.filter { $0 != " " }
      guard !bare.isEmpty else { return open }
      guard let value = number(bare[...]), value.isFinite else { return nil }
      return value
    }
    guard parts.count <= 2, !(parts.count == 1 && parts[0].isEmpty),
      let low = end(parts[0], open: -.infinity), let high = end(parts[parts.count - 1], open: .infinity),
      low <= high, low.isFinite || high.isFinite
    else { return nil }
    lower = low
    upper = high
  }
}

extension String {
  /// The parts between a separator.
  fileprivate func components(of separator: String) -> [Substring] {
    split(separator: separator, omittingEmptySubsequences: false)
  }
}
