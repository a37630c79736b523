import Foundation

extension Double {
  /// The number with so many digits after the point, as messages and reports write it.
  public func formatted(places: Int) -> String { String(format: "%.\(places)f", self) }
}
