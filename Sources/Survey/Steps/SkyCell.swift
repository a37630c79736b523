import Crossmatch

/// What one query asks for: a cell of the sky, and where a cell has too many visits of one star, a time within it.
struct SkyCell: Sendable, Hashable {
  /// HEALPix order; −1 for a query without position.
  var order: Int
  /// NESTED cell number.
  var cell: UInt64
  /// Days of observation, MJD, from the first to before the second; nil for any.
  var days: Days?

  /// A range of observation times.
  struct Days: Sendable, Hashable {
    var start: Double
    var end: Double
  }

  static let wholeService = SkyCell(order: -1, cell: 0)

  /// Cells of 13″: what overflows there is one star, seen often, and only time parts its spectra.
  static let deepestOrder = 14
  /// From 1858 to 2132.
  private static let allDays = Days(start: 0, end: 100_000)
  /// Services test the time of an exposure in one way or another (start, middle, any of it): so much more is asked for.
  static let timeMargin = 1.0
  /// Below an hour and a half the margin asks for the same days again and again.
  private static let shortest = 1.0 / 16

  /// What to ask for instead, where the answer overflowed; empty where nothing parts it further.
  ///
  /// The first cells are 48: cones about fewer would be wider than services take.
  var children: [SkyCell] {
    if order < 0 { return (0..<48).map { SkyCell(order: 1, cell: $0) } }
    if order < Self.deepestOrder, days == nil {
      return HEALPix.children(of: cell).map { SkyCell(order: order + 1, cell: $0) }
    }
    let days = days ?? Self.allDays
    guard days.end - days.start > Self.shortest else { return [] }
    let middle = (days.start + days.end) / 2
    return [Days(start: days.start, end: middle), Days(start: middle, end: days.end)]
      .map { SkyCell(order: order, cell: cell, days: $0) }
  }

  /// Whether a spectrum belongs to this cell; one of unknown date belongs to every time.
  func contains(ra: Double?, dec: Double?, dateObs: Double? = nil) -> Bool {
    if let days, let dateObs, !(days.start..<days.end).contains(dateObs) { return false }
    if order < 0 { return true }
    guard let ra, let dec else { return false }
    return HEALPix(order: order).cell(ra: ra, dec: dec) == cell
  }

  /// The pixelisation of the cell's order.
  var healpix: HEALPix { HEALPix(order: max(0, order)) }
}

extension SkyCell: CustomStringConvertible {
  var description: String {
    let place = order < 0 ? "the whole service" : "cell \(order)/\(cell)"
    return place + (days.map { ", MJD \($0.start)…\($0.end)" } ?? "")
  }
}
