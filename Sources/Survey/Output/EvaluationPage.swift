import Classifier
import Foundation

/// The report of an evaluation: one file, no scripts, nothing from elsewhere, light and dark.
public struct EvaluationPage: Sendable {
  let evaluation: Evaluate.Evaluation

  /// Prepares the page.
  public init(_ evaluation: Evaluate.Evaluation) { self.evaluation = evaluation }

  /// The page.
  public var html: String {
    var html = Self.head + "<h1>How good is the model?</h1>\n<p>Model: \(escaped(evaluation.model)).</p>\n"
    if evaluation.trainedOnSimulated {
      html += "<p class=\"warning\"><b>The model was trained on simulated spectra.</b></p>\n"
    }
    if let simulated = evaluation.simulated { html += section(simulated) }
    if let real = evaluation.real { html += section(real) }
    if let pairs = evaluation.pairs { html += EvaluationSections.pairs(pairs) }
    if let comparison = evaluation.comparison { html += EvaluationSections.comparison(comparison) }
    if let models = evaluation.models { html += EvaluationSections.models(models) }
    return html
      + "<footer>votrawl \(Provenance.version) · <code>\(escaped(Provenance.command))</code></footer>\n"
      + "</body></html>\n"
  }

  /// Writes it.
  ///
  /// - Throws: `SUR-05` where it cannot be written.
  public func write(to path: String) throws(SurveyError) {
    try surveyed(.file, "cannot write \(path)") { try DurableFile.write(Array(html.utf8), to: path) }
  }

  private func section(_ found: SimulatedEvaluation) -> String {
    let whole = found.whole
    let size = whole.survey.size.formatted(places: 0)
    let percent = "\((found.prevalence * 100).formatted(places: 2)) %"
    var html = """
      <h2>On simulated spectra</h2>
      <p class="warning"><b>Simulated.</b> \(whole.survey.spectra.reduce(0, +)) LAMOST spectra of \(whole.survey.stars) stars that
      no training has seen (seeds \(found.seeds.map(String.init).joined(separator: " and "))). None is an observation.</p>
      <p>“Survey”: \(percent) of \(size) spectra positive, a fifth of them double peaks. “Balanced”: as many of each class.
      In brackets: 95 % intervals over stars. \(correction(found))</p>\n
      """
    for (title, figures) in [("Survey", whole.survey), ("Balanced", whole.balanced)] {
      html += "<h3>\(title)</h3>\n<div class=\"plots\">"
      html += EvaluationPlot.precisionRecall(
        figures, title: "Simulated, \(title.lowercased()): precision–recall")
      html += EvaluationPlot.reliability(
        figures.reliability, title: "Simulated, \(title.lowercased()): reliability")
      html += "</div>\n" + rankings(figures)
    }
    html += "<h3>Average precision in parts</h3>\n<table><tr><th>part</th><th>spectra by class</th>"
    for prior in ["survey", "balanced"] {
      for name in whole.survey.rankings.map(\.name) { html += "<th>\(escaped(name)), \(prior)</th>" }
      html += "<th>ECE, \(prior)</th><th>Brier, \(prior)</th>"
    }
    html += "</tr>\n"
    for part in [whole] + found.parts {
      html += "<tr><th>\(escaped(part.name))</th><td>"
      html += part.survey.spectra.map(String.init).joined(separator: " / ") + "</td>"
      for figures in [part.survey, part.balanced] {
        for ranking in figures.rankings {
          html += "<td>\(EvaluationText.estimate(ranking.averagePrecision))</td>"
        }
        html += "<td>\(figures.reliability.expectedCalibrationError.formatted(places: 4))</td>"
        html += "<td>\(figures.reliability.brierScore.formatted(places: 4))</td>"
      }
      html += "</tr>\n"
    }
    return html + "</table>\n" + EvaluationSections.natures(found)
  }

  private func correction(_ found: SimulatedEvaluation) -> String {
    guard let prior = found.correctedPrior else {
      return found.isCorrected
        ? "Probabilities are corrected from the class shares learned from to those of each figure."
        : "Probabilities are as the model gives them."
    }
    return "Probabilities are corrected to \((prior * 100).formatted(places: 2)) % positives."
  }

  private func rankings(_ figures: EvaluationFigures) -> String {
    var html = "<table><tr><th>class</th><th>AP</th>"
    for count in EvaluationText.firsts { html += "<th>precision at \(count)</th>" }
    html += "<th>recall at 90 % precision</th></tr>\n"
    for ranking in figures.rankings {
      html +=
        "<tr><th>\(escaped(ranking.name))</th><td>\(EvaluationText.estimate(ranking.averagePrecision))</td>"
      for count in EvaluationText.firsts {
        html += "<td>\(EvaluationText.estimate(ranking.precisionAtFirst["\(count)"]))</td>"
      }
      html += "<td>\(EvaluationText.estimate(ranking.recallAt90))</td></tr>\n"
    }
    return html + "</table>\n<p>ECE \(figures.reliability.expectedCalibrationError.formatted(places: 4)), "
      + "Brier \(figures.reliability.brierScore.formatted(places: 4)).</p>\n"
  }

  private func section(_ found: RealEvaluation) -> String {
    var html = "<h2>On spectra from files</h2>\n<p>\(escaped(EvaluationText.real(found)))</p>\n"
    for missed in found.missed { html += "<p>Ranks lower: \(escaped(missed))</p>\n" }
    if !found.failed.isEmpty { html += "<p>\(found.failed.count) files could not be used.</p>\n" }
    html += "<table><tr><th>file</th><th>object</th><th>score</th><th>EW(Hα)/Å</th><th></th></tr>\n"
    for row in found.spectra.prefix(200) {
      html += "<tr><th>\(escaped(row.file))</th><td>\(escaped(row.object ?? ""))</td>"
      html += "<td>\(row.score.formatted(places: 4))</td>"
      html += "<td>\(row.equivalentWidth?.formatted(places: 2) ?? "–")</td>"
      html += "<td>\(row.isSimulated ? "simulated" : "real")</td></tr>\n"
    }
    return html + "</table>\n" + (found.spectra.count > 200 ? "<p>The first 200.</p>\n" : "")
  }

  private func escaped(_ text: String) -> String { EvaluationText.escaped(text) }

  private static let head = """
    <!doctype html>
    <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
    <title>Evaluation</title><style>
    :root { color-scheme: light dark; --soft: light-dark(#d8dde3, #3a4149); --a: light-dark(#0072b2, #56b4e9);
      --b: light-dark(#d55e00, #f0a030); --c: light-dark(#555, #bbb); }
    body { font: 15px/1.5 system-ui, sans-serif; max-width: 76rem; margin: 2rem auto; padding: 0 1rem; }
    .warning { border-left: 4px solid light-dark(#b35c00, #f0a030); padding: .4rem .8rem; }
    table { border-collapse: collapse; font-variant-numeric: tabular-nums; display: block; overflow-x: auto; }
    th, td { padding: .25rem .8rem; border-bottom: 1px solid var(--soft); text-align: right; }
    th:first-child { text-align: left; }
    .plots { display: flex; flex-wrap: wrap; gap: 1rem; } svg { width: 24rem; max-width: 100%; height: auto; }
    .picture svg { width: 45rem; }
    footer { margin: 2rem 0; opacity: .7; }
    </style></head><body>

    """
}
