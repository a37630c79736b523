import Crossmatch

/// The part of the sky that is searched.
public enum SkyRegion: Sendable, Hashable, CustomStringConvertible {
  /// All of it, with the spectra that have no position.
  case all
  /// A cone: centre in degrees, ICRS; radius in degrees, at most 90.
  case cone(ra: Double, dec: Double, radius: Double)

  /// The region as it is kept in the survey and written in messages.
  public var description: String {
    switch self {
    case .all: "all"
    case .cone(let ra, let dec, let radius): "cone \(ra) \(dec) \(radius)"
    }
  }

  /// Whether a position lies within; a spectrum without one lies only in `all`.
  func contains(ra: Double?, dec: Double?) -> Bool {
    switch self {
    case .all: return true
    case .cone(let centreRA, let centreDec, let radius):
      guard let ra, let dec else { return false }
      return angularSeparation(ra1: centreRA, dec1: centreDec, ra2: ra, dec2: dec) <= radius
    }
  }

  /// The cells a crawl starts from.
  ///
  /// All of the sky is one question without a position: a small archive answers it whole, its spectra without
  /// position among the rest. A cone is covered by cells about as wide as itself.
  var roots: [SkyCell] {
    switch self {
    case .all: return [.wholeService]
    case .cone(let ra, let dec, let radius):
      // The width of a cell is about 58.6° / 2^order.
      var order = 1
      while order < 12, 58.6 / Double(1 << (order + 1)) > radius { order += 1 }
      return HEALPix(order: order).coverage(ra: ra, dec: dec, radius: radius)
        .map { SkyCell(order: order, cell: $0.cell) }
    }
  }
}
