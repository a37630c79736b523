/// How many pairs there are at which separation.
///
/// Bins are rings of equal width from 0 to the radius. Chance pairs grow as the area of the rings, that is linearly;
/// true ones pile up near 0.
public struct OffsetHistogram: Sendable, Hashable {
  /// Width of a bin, arcsec.
  public var binWidth: Double
  /// Pairs in each bin; a pair at exactly the radius is in the last one.
  public var counts: [Int]

  /// Counts the separations of pairs.
  ///
  /// - Parameters:
  ///   - pairs: pairs within the radius
  ///   - radiusArcsec: arcsec
  ///   - bins: number of bins, at least 1
  public init(_ pairs: some Sequence<MatchPair>, radiusArcsec: Double, bins: Int = 30) {
    let n = max(1, bins)
    binWidth = radiusArcsec / Double(n)
    counts = [Int](repeating: 0, count: n)
    for p in pairs { add(p.separation) }
  }

  /// Counts one more separation, arcsec.
  mutating func add(_ separation: Double) {
    let k = binWidth > 0 ? Int(separation / binWidth) : 0
    counts[min(k, counts.count - 1)] += 1
  }

  /// The histogram as an SVG drawing with axes, and the chance pairs expected, if their number is given.
  ///
  /// - Parameters:
  ///   - chancePairs: how many of all pairs are expected by chance; drawn as a line that grows with the rings
  ///   - width: pixels
  ///   - height: pixels
  public func svg(chancePairs: Double? = nil, width: Int = 640, height: Int = 320) -> String {
    let (left, top, right, bottom) = (60.0, 16.0, Double(width) - 16, Double(height) - 40)
    let highest = Double(max(1, counts.max() ?? 1))
    let y = { (n: Double) in bottom - (bottom - top) * min(n / highest, 1) }
    let step = (right - left) / Double(counts.count)
    var s = """
      <svg xmlns="http://www.w3.org/2000/svg" width="\(width)" height="\(height)" font-family="sans-serif" \
      font-size="12">
      <path d="M\(left) \(top)V\(bottom)H\(right)" fill="none" stroke="black"/>

      """
    for (k, n) in counts.enumerated() where n > 0 {
      let (x, h) = (left + step * Double(k), bottom - y(Double(n)))
      s += "<rect x=\"\(Self.short(x))\" y=\"\(Self.short(bottom - h))\" width=\"\(Self.short(step * 0.9))\" "
      s += "height=\"\(Self.short(h))\" fill=\"#4878a8\"><title>\(n)</title></rect>\n"
    }
    if let chancePairs {
      let rings = Double(counts.count * counts.count)
      let points = counts.indices.map { k in
        let expected = chancePairs * Double(2 * k + 1) / rings
        return "\(Self.short(left + step * (Double(k) + 0.5))),\(Self.short(y(expected)))"
      }
      s += "<polyline points=\"\(points.joined(separator: " "))\" fill=\"none\" stroke=\"#c03020\"/>\n"
    }
    let radius = binWidth * Double(counts.count)
    s += "<text x=\"\(left - 6)\" y=\"\(top + 8)\" text-anchor=\"end\">\(Int(highest))</text>\n"
    s += "<text x=\"\(left)\" y=\"\(bottom + 16)\">0</text>\n"
    s += "<text x=\"\(right)\" y=\"\(bottom + 16)\" text-anchor=\"end\">\(Self.short(radius))″</text>\n"
    s +=
      "<text x=\"\((left + right) / 2)\" y=\"\(bottom + 32)\" text-anchor=\"middle\">separation</text>\n</svg>\n"
    return s
  }

  private static func short(_ x: Double) -> String {
    let rounded = (x * 100).rounded() / 100
    return rounded == rounded.rounded() ? "\(Int(rounded))" : "\(rounded)"
  }
}
