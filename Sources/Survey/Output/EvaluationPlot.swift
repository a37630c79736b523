import Classifier

/// Plots of an evaluation on the unit square, as SVG.
enum EvaluationPlot {
  private static let colours = ["var(--a)", "var(--b)", "var(--c)"]
  private static let dashes = ["", " stroke-dasharray=\"6 3\"", " stroke-dasharray=\"2 3\""]
  private static let (left, top, side) = (48.0, 34.0, 280.0)

  /// Precision against recall, a line a class.
  static func precisionRecall(_ figures: EvaluationFigures, title: String) -> String {
    var marks = ""
    for (index, ranking) in figures.rankings.enumerated() {
      let style = "stroke=\"\(colours[index % 3])\"\(dashes[index % 3])"
      let points = ranking.curve.map { point($0[0], $0[1]) }.joined(separator: " ")
      marks += "<polyline points=\"\(points)\" fill=\"none\" stroke-width=\"1.8\" \(style)/>"
      let y = top + side - 44 + Double(index) * 16
      marks +=
        "<line x1=\"\(left + 10)\" y1=\"\(y)\" x2=\"\(left + 36)\" y2=\"\(y)\" stroke-width=\"1.8\" \(style)/>"
      marks +=
        "<text x=\"\(left + 42)\" y=\"\(y + 4)\">\(EvaluationText.escaped(ranking.name)) "
        + "\(ranking.averagePrecision?.value.formatted(places: 3) ?? "–")</text>"
    }
    return frame(title, across: "recall", up: "precision", marks)
  }

  /// Share classified rightly against the highest probability, with the diagonal of what is kept.
  static func reliability(_ reliability: Reliability, title: String) -> String {
    var marks =
      "<polyline points=\"\(point(0, 0)) \(point(1, 1))\" fill=\"none\" stroke=\"var(--c)\" stroke-dasharray=\"3 3\"/>"
    let points = reliability.bins.map { point($0.confidence, $0.accuracy) }
    marks += "<polyline points=\"\(points.joined(separator: " "))\" fill=\"none\" stroke=\"var(--a)\"/>"
    for (bin, place) in zip(reliability.bins, points) {
      let parts = place.split(separator: ",")
      let radius = 2.5 + 7 * bin.share.squareRoot()
      marks +=
        "<circle cx=\"\(parts[0])\" cy=\"\(parts[1])\" r=\"\(radius.formatted(places: 1))\" fill=\"var(--a)\"/>"
    }
    return frame(title, across: "highest probability", up: "share classified rightly", marks)
  }

  private static func point(_ x: Double, _ y: Double) -> String {
    "\((left + x * side).formatted(places: 1)),\((top + (1 - y) * side).formatted(places: 1))"
  }

  private static func frame(_ title: String, across: String, up: String, _ marks: String) -> String {
    var text = """
      <svg viewBox="0 0 350 360" role="img" aria-label="\(title)" font-family="sans-serif" font-size="11" \
      fill="currentColor"><text x="\(left)" y="20" font-size="12">\(title)</text>
      """
    for step in 0...5 {
      let value = Double(step) / 5
      let y = top + (1 - value) * side
      text += "<line x1=\"\(left)\" y1=\"\(y)\" x2=\"\(left + side)\" y2=\"\(y)\" stroke=\"var(--soft)\"/>"
      text +=
        "<text x=\"\(left - 6)\" y=\"\(y + 4)\" text-anchor=\"end\">\(value.formatted(places: 1))</text>"
      text +=
        "<text x=\"\(left + value * side)\" y=\"\(top + side + 15)\" text-anchor=\"middle\">"
        + "\(value.formatted(places: 1))</text>"
    }
    text += "<text x=\"\(left + side / 2)\" y=\"\(top + side + 32)\" text-anchor=\"middle\">\(across)</text>"
    text +=
      "<text transform=\"translate(12 \(top + side / 2)) rotate(-90)\" text-anchor=\"middle\">\(up)</text>"
    return text + marks + "</svg>\n"
  }
}
