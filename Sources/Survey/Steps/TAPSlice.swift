import Foundation

/// A part of a TAP table that one query fetches: a box of the sky, or what has no position, and where a point of the sky
/// has more rows than an answer, a run of publisher DIDs in it.
///
/// Boxes are half open and the outermost have no outer bound, so that boxes side by side hold every row exactly once.
struct TAPSlice: Sendable, Hashable, Codable {
  var decLow: Double?
  var decHigh: Double?
  var raLow: Double?
  var raHigh: Double?
  /// Rows without a position.
  var isUnplaced = false
  /// Fetched by publisher DID, from this one on (an empty one: from the first).
  var from: String?

  /// The axis on which a slice is divided next.
  enum Axis { case dec, ra, did }

  /// Parts that a division has.
  static let parts = 64
  /// Degrees below which positions count as one star's.
  static let narrowest = 1e-5

  var axis: Axis {
    if isUnplaced || from != nil { return .did }
    if span(.dec).high - span(.dec).low > Self.narrowest { return .dec }
    return span(.ra).high - span(.ra).low > Self.narrowest ? .ra : .did
  }

  func span(_ axis: Axis) -> (low: Double, high: Double) {
    axis == .dec ? (decLow ?? -90, decHigh ?? 90) : (raLow ?? 0, raHigh ?? 360)
  }

  /// The condition of the slice, ADQL 2.0.
  func condition(_ table: TAPTable) -> String {
    var terms: [String] = []
    if isUnplaced { terms.append("(\(table.ra) IS NULL OR \(table.dec) IS NULL)") }
    if let decLow { terms.append("\(table.dec) >= \(decLow)") }
    if let decHigh { terms.append("\(table.dec) < \(decHigh)") }
    if !isUnplaced, decLow == nil, decHigh == nil { terms.append("\(table.dec) IS NOT NULL") }
    if let raLow { terms.append("\(table.ra) >= \(raLow)") }
    if let raHigh { terms.append("\(table.ra) < \(raHigh)") }
    if let from, !from.isEmpty { terms.append("\(table.did) >= '\(TAPTable.quoted(from))'") }
    return terms.joined(separator: " AND ")
  }

  /// Slices of neighbouring parts with at most `limit` rows each; a part with more is a slice alone.
  ///
  /// - Parameter counts: rows of each of the 64 parts of the axis.
  func divided(_ axis: Axis, counts: [Int], limit: Int) -> [(slice: TAPSlice, expected: Int)] {
    let (low, high) = span(axis)
    let step = (high - low) / Double(Self.parts)
    var slices: [(slice: TAPSlice, expected: Int)] = []
    var first = 0
    while first < counts.count {
      var last = first
      var sum = counts[first]
      while last + 1 < counts.count, sum + counts[last + 1] <= limit {
        last += 1
        sum += counts[last]
      }
      var slice = self
      let from = first == 0 ? nil : low + Double(first) * step
      let to = last == counts.count - 1 ? nil : low + Double(last + 1) * step
      if axis == .dec {
        (slice.decLow, slice.decHigh) = (from ?? decLow, to ?? decHigh)
      } else {
        (slice.raLow, slice.raHigh) = (from ?? raLow, to ?? raHigh)
      }
      slices.append((slice, sum))
      first = last + 1
    }
    return slices
  }

  /// Whether a position lies in the slice.
  func contains(ra: Double?, dec: Double?) -> Bool {
    guard let ra, let dec else { return isUnplaced }
    if isUnplaced { return false }
    return dec >= decLow ?? -.infinity && dec < decHigh ?? .infinity && ra >= raLow ?? -.infinity
      && ra < raHigh ?? .infinity
  }
}

extension SkyRegion {
  /// The slices a crawl by TAP starts from: the boxes round the region.
  var slices: [TAPSlice] {
    guard case .cone(let ra, let dec, let radius) = self else {
      return [TAPSlice(), TAPSlice(isUnplaced: true)]
    }
    // A little more, for the positions that rounding moves across the border.
    let reach = radius + 1e-6
    var box = TAPSlice(
      decLow: dec - reach <= -90 ? nil : dec - reach, decHigh: dec + reach >= 90 ? nil : dec + reach)
    guard box.decLow != nil, box.decHigh != nil,
      let width = Self.halfWidth(dec: dec, radius: reach)
    else { return [box] }
    box.raLow = ra - width < 0 ? nil : ra - width
    box.raHigh = ra + width > 360 ? nil : ra + width
    if ra - width < 0 {
      var other = box
      (other.raLow, other.raHigh) = (ra - width + 360, nil)
      return [box, other]
    }
    if ra + width > 360 {
      var other = box
      (other.raLow, other.raHigh) = (nil, ra + width - 360)
      return [box, other]
    }
    return [box]
  }

  /// Half the range of right ascension of a cone, degrees; nil where it holds a pole.
  private static func halfWidth(dec: Double, radius: Double) -> Double? {
    let degree = Double.pi / 180
    let ratio = sin(radius * degree) / cos(dec * degree)
    guard abs(dec) + radius < 90, ratio < 1 else { return nil }
    return asin(ratio) / degree + 1e-6
  }
}
