import Foundation

/// An angle as it is typed and as units of columns name it.
public struct AngleText: Sendable, Hashable {
  /// The angle, arcsec.
  public let arcsec: Double
  /// The angle, degrees.
  public let degrees: Double

  /// Names, and arcseconds as a fraction of whole numbers, which divides without a second rounding.
  private static let units: [(name: String, over: Double, under: Double)] = [
    ("arcsec", 1, 1), ("arcmin", 60, 1), ("deg", 3600, 1), ("mas", 1, 1000), ("uas", 1, 1_000_000),
    ("\"", 1, 1), ("″", 1, 1), ("'", 60, 1), ("′", 60, 1), ("°", 3600, 1), ("rad", 648_000, Double.pi),
  ]

  /// An angle with its unit, such as `3arcsec`, `0.5 deg` or `200mas`; nil for what is none, or negative.
  public init?(_ text: String) {
    guard let unit = Self.units.first(where: { text.hasSuffix($0.name) }) else { return nil }
    let number = text.dropLast(unit.name.count).trimmingCharacters(in: .whitespaces)
    guard let value = Double(number), value >= 0, value.isFinite else { return nil }
    arcsec = value * unit.over / unit.under
    degrees = unit.over == 3600 ? value : arcsec / 3600
  }

  /// Arcseconds in a unit of a column; nil for what is no unit of angle.
  public static func arcseconds(inUnit name: String) -> Double? {
    let name = name == "degree" || name == "degrees" ? "deg" : name
    return units.first { $0.name == name }.map { $0.over / $0.under }
  }
}
