#if canImport(Glibc)
  import Glibc
#endif

/// Discovery curves as a picture: positives found and average precision against labels asked for.
public struct DiscoveryPlot: Sendable {
  /// The strategies.
  public let summaries: [DiscoverySummary]
  /// What was simulated, a line under the title.
  public let subtitle: String

  /// Prepares a picture.
  public init(_ summaries: [DiscoverySummary], subtitle: String) {
    self.summaries = summaries
    self.subtitle = subtitle
  }

  // Okabe & Ito's colours, which the colour-blind tell apart, the yellow left out; dashes tell apart what comes twice.
  private static let colours = [
    "#0072B2", "#D55E00", "#555555", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#000000",
  ]

  /// The picture: SVG, 860 × 430, on white, with a title and a text for those who do not see it.
  public var svg: String {
    let measured = summaries.contains { $0.levels.contains { $0.averagePrecision != nil } }
    let width = measured ? 860 : 480
    var text = """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(width) 430" font-family="sans-serif" font-size="12" \
      role="img" aria-label="\(Self.escaped(caption))">
      <rect width="\(width)" height="430" fill="#fff"/>
      <text x="16" y="24" font-size="15" font-weight="bold" fill="#222">Discovery in simulated searches</text>
      <text x="16" y="43" fill="#444">\(Self.escaped(subtitle))</text>

      """
    text += panel(left: 56, title: "share of the positives found") { $0.found }
    if measured { text += panel(left: 480, title: "average precision, other stars") { $0.averagePrecision } }
    for (index, summary) in summaries.enumerated() {
      let (x, y) = (56 + index % 4 * 195, 398 + index / 4 * 18)
      text += """
        <line x1="\(x)" y1="\(y - 4)" x2="\(x + 24)" y2="\(y - 4)" stroke="\(Self.colour(index))" stroke-width="2.5"\
        \(Self.dashes(index))/><text x="\(x + 30)" y="\(y)" fill="#222">\(Self.escaped(summary.strategy))</text>

        """
    }
    return text + "</svg>\n"
  }

  private var caption: String {
    "Simulated. " + subtitle + ". "
      + summaries.map { summary in
        let last = summary.levels.last
        return
          "\(summary.strategy): \(Self.percent(last?.found.first ?? 0)) found after \(last?.labels ?? 0) labels"
      }.joined(separator: "; ")
  }

  private func panel(
    left: Int, title: String, _ values: (DiscoverySummary.Level) -> [Double]?
  ) -> String {
    let (width, top, height) = (350.0, 70.0, 280.0)
    let most = Double(max(1, summaries.flatMap(\.levels).map(\.labels).max() ?? 1))
    func place(_ labels: Int, _ value: Double) -> String {
      let x = Double(left) + Double(labels) / most * width
      return "\(Self.tenths(x)),\(Self.tenths(top + (1 - value) * height))"
    }
    var text = "<text x=\"\(left)\" y=\"62\" fill=\"#222\">\(title)</text>\n"
    for step in 0...5 {
      let y = top + Double(step) / 5 * height
      text += """
        <line x1="\(left)" y1="\(Self.tenths(y))" x2="\(left + Int(width))" y2="\(Self.tenths(y))" stroke="#ddd"/>\
        <text x="\(left - 8)" y="\(Self.tenths(y + 4))" text-anchor="end" fill="#444">\(100 - 20 * step) %</text>

        """
    }
    for step in 0...4 {
      let labels = Int(most) * step / 4
      text += """
        <text x="\(place(labels, 0).split(separator: ",")[0])" y="368" text-anchor="middle" fill="#444">\(labels)</text>

        """
    }
    text +=
      "<text x=\"\(left + 175)\" y=\"384\" text-anchor=\"middle\" fill=\"#444\">labels asked for</text>\n"
    for (index, summary) in summaries.enumerated() {
      let levels = summary.levels.compactMap { level in values(level).map { (level.labels, $0) } }
      guard !levels.isEmpty else { continue }
      let band =
        levels.map { place($0.0, $0.1[2]) } + levels.reversed().map { place($0.0, $0.1[1]) }
      text +=
        "<polygon points=\"\(band.joined(separator: " "))\" fill=\"\(Self.colour(index))\" opacity=\"0.13\"/>\n"
      text += """
        <polyline points="\(levels.map { place($0.0, $0.1[0]) }.joined(separator: " "))" fill="none" \
        stroke="\(Self.colour(index))" stroke-width="2"\(Self.dashes(index))/>

        """
    }
    return text
  }

  private static func colour(_ index: Int) -> String { colours[index % colours.count] }
  private static func dashes(_ index: Int) -> String {
    index < colours.count ? "" : " stroke-dasharray=\"6 3\""
  }
  private static func percent(_ value: Double) -> String { "\(Int((value * 100).rounded())) %" }
  private static func tenths(_ value: Double) -> String { "\((value * 10).rounded() / 10)" }
  private static func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing("\"", with: "&quot;")
  }
}
