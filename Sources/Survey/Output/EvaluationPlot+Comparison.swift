import Classifier

extension EvaluationPlot {
  private static let (left, top, width, height) = (48.0, 40.0, 280.0, 180.0)

  /// Shares of real and simulated spectra in bins, as steps.
  static func histogram(_ quantity: SimulatorComparison.Quantity) -> String {
    let low = quantity.edges.first ?? 0
    let high = quantity.edges.last ?? 1
    let most = max(quantity.real.max() ?? 0, quantity.simulated.max() ?? 0, 1e-9)
    func steps(_ shares: [Double]) -> String {
      shares.indices.map { place in
        let y = top + height * (1 - shares[place] / most)
        let from = left + width * Double(place) / Double(shares.count)
        let to = left + width * Double(place + 1) / Double(shares.count)
        return
          "\(from.formatted(places: 1)),\(y.formatted(places: 1)) \(to.formatted(places: 1)),\(y.formatted(places: 1))"
      }.joined(separator: " ")
    }
    var marks = line(steps(quantity.real), "var(--a)", "")
    marks += line(steps(quantity.simulated), "var(--b)", " stroke-dasharray=\"5 3\"")
    for share in [0, 0.25, 0.5, 0.75, 1.0] {
      marks += "<text x=\"\(left + width * share)\" y=\"\(top + height + 15)\" text-anchor=\"middle\">"
      marks += "\((low + (high - low) * share).formatted(places: high - low > 5 ? 0 : 1))</text>"
    }
    return box(quantity.name + " · real and simulated", marks)
  }

  /// Percentiles of all vectors at each wavelength: real as an area with its median, simulated as dashed lines.
  static func bands(_ found: SimulatorComparison) -> String {
    func points(_ values: [Double]) -> [String] {
      values.enumerated().map { place, value in
        let x = left + width * Double(place) / Double(max(values.count - 1, 1))
        let y = top + height * (1 - (value + 1) / 2)
        return "\(x.formatted(places: 1)),\(y.formatted(places: 1))"
      }
    }
    let area = (points(found.real.low) + points(found.real.high).reversed()).joined(separator: " ")
    var marks = "<polygon points=\"\(area)\" fill=\"var(--a)\" fill-opacity=\".18\"/>"
    marks += line(points(found.real.middle).joined(separator: " "), "var(--a)", "")
    for values in [found.simulated.low, found.simulated.middle, found.simulated.high] {
      marks += line(points(values).joined(separator: " "), "var(--b)", " stroke-dasharray=\"5 3\"")
    }
    for (share, text) in [(0.0, "6519"), (0.5, "6626"), (1, "6732 Å")] {
      marks +=
        "<text x=\"\(left + width * share)\" y=\"\(top + height + 15)\" text-anchor=\"middle\">\(text)</text>"
    }
    return box("feature vectors, 16th, 50th, 84th percentile · real and simulated", marks)
  }

  private static func line(_ points: String, _ colour: String, _ dash: String) -> String {
    "<polyline points=\"\(points)\" fill=\"none\" stroke=\"\(colour)\" stroke-width=\"1.6\"\(dash)/>"
  }

  private static func box(_ title: String, _ marks: String) -> String {
    let text = EvaluationText.escaped(title)
    return """
      <svg viewBox="0 0 350 245" role="img" aria-label="\(text)" font-family="sans-serif" font-size="10" \
      fill="currentColor"><text x="6" y="18" font-size="\(text.count > 60 ? 8.5 : 11)">\(text)</text>\
      <rect x="\(left)" y="\(top)" width="\(width)" height="\(height)" fill="none" stroke="var(--soft)"/>\(marks)</svg>\n
      """
  }
}
