import Classifier
import Foundation

/// A page on what a survey found.
///
/// Counts, pictures of the best candidates as the network sees them, and the confusion with the truth where that is known:
/// one file, nothing from elsewhere, light and dark.
public struct Report: Sendable {
  /// What to show.
  public struct Options: Sendable {
    /// Name of the model; the newest where nil.
    public var model: String?
    /// Names of the collections whose candidates are shown; all where empty.
    public var collections: [String] = []
    /// Candidates to show pictures of.
    public var pictures = 60
    /// Comparison with the truth, where that is known.
    public var confusion: Confusion?
    /// Index of the true class by publisher DID, where that is known.
    public var truth: [String: Int] = [:]
    /// Lines above the pictures: a name and what to say of it.
    public var facts: [(String, String)] = []
    /// The file; `report.html` in the survey where nil.
    public var output: String?

    /// The 60 best candidates of the newest model.
    public init() {}
  }

  let folder: SurveyFolder
  let options: Options

  /// Prepares a report.
  public init(_ folder: SurveyFolder, _ options: Options) {
    self.folder = folder
    self.options = options
  }

  /// Writes the page.
  ///
  /// - Returns: its path.
  /// - Throws: `SUR-07` without a model, `SUR-05` where it cannot be written.
  public func write() throws(SurveyError) -> String {
    let (name, model) = try folder.model(named: options.model)
    let collections = try folder.collections(named: options.collections)
    let all = try folder.candidates(
      model: name, collections: collections.map(\.id), classes: [], probability: 0)
    let simulated = model.record.usesSimulation || all.contains(where: \.isSimulated)
    var html = Self.head(title: "\(folder.configuration.name): candidates")
    html += "<h1>\(escaped(folder.configuration.name))</h1>\n"
    if simulated {
      html += """
        <p class="warning"><b>Simulated.</b> The network was trained on simulated spectra, or spectra shown here are
        simulated. This page rehearses a search; it reports no discovery.</p>\n
        """
    }
    html += "<dl>\n"
    for (fact, value) in facts(name, model, all) + options.facts {
      html += "<dt>\(escaped(fact))</dt><dd>\(escaped(value))</dd>\n"
    }
    html += "</dl>\n"
    if let confusion = options.confusion { html += table(confusion) }
    html +=
      "<h2>The best candidates</h2>\n<p>As the network sees them: 140 points from 6519 to 6732 Å (vacuum), "
    html += "scaled to [−1, 1]. The mark is Hα, 6564.61 Å.</p>\n<div class=\"gallery\">\n"
    for candidate in all.prefix(options.pictures) {
      guard let vector = try folder.vector(of: candidate.spectrum.id, preset: model.record.featurePreset)
      else {
        continue
      }
      html += figure(candidate, vector)
    }
    html +=
      "</div>\n<footer>votrawl \(Provenance.version) · <code>\(escaped(Provenance.command))</code></footer>\n"
    html += "</body></html>\n"
    let path = options.output ?? folder.path + "/report.html"
    try surveyed(.file, "cannot write \(path)") { try DurableFile.write(Array(html.utf8), to: path) }
    return path
  }

  private func facts(_ name: String, _ model: TrainedModel, _ all: [Candidate]) -> [(String, String)] {
    let record = model.record
    let spectra = zip(record.classNames, record.training.spectra).map { "\($1) \($0)" }.joined(
      separator: ", ")
    var counts: [String: Int] = [:]
    for candidate in all { counts[folder.classSet.names[candidate.classIndex], default: 0] += 1 }
    let found = counts.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
    return [
      (
        "model",
        "\(name), preset \(record.featurePreset), \(record.epochs.count) epochs, seed \(record.configuration.seed)"
      ),
      (
        "trained on",
        "\(spectra) of \(record.training.stars) stars, \(record.training.simulated) of them simulated"
      ),
      ("candidates", "\(all.count): \(found.isEmpty ? "none" : found)"),
    ]
  }

  private func figure(_ candidate: Candidate, _ vector: [Float]) -> String {
    let names = folder.classSet.names
    let spectrum = candidate.spectrum
    var note =
      "\(names[candidate.classIndex]) \(percent(1 - Double(candidate.probabilities[folder.classSet.background])))"
    var mark = ""
    if let truth = options.truth[spectrum.did] {
      let right = truth == candidate.classIndex
      note += right ? " ✓" : " ✗ truth: \(names[truth])"
      mark = right ? "right" : truth == folder.classSet.background ? "wrong" : "near"
    }
    let position = spectrum.ra.map { ra in
      "\(ra.formatted(places: 5)) \((spectrum.dec ?? 0).formatted(places: 5))"
    }
    let snr = candidate.snr.map { " · S/N \($0.formatted(places: 0))" } ?? ""
    return """
      <figure class="\(mark)"><figcaption><b>\(escaped(spectrum.designation))</b> \(escaped(note))<br>
      <small>\(escaped((position ?? "no position") + snr))</small></figcaption>
      \(Sparkline.svg(vector, label: escaped(spectrum.designation)))</figure>\n
      """
  }

  private func table(_ confusion: Confusion) -> String {
    var html = "<h2>Against the simulated truth</h2>\n<table><tr><th>truth \\ given</th>"
    for name in confusion.classes { html += "<th>\(escaped(name))</th>" }
    html += "<th>recall</th></tr>\n"
    for (index, row) in confusion.counts.enumerated() {
      html += "<tr><th>\(escaped(confusion.classes[index]))</th>"
      for (column, count) in row.enumerated() {
        html += "<td\(index == column ? " class=\"right\"" : "")>\(count)</td>"
      }
      html += "<td>\(confusion.recall(of: index).map(percent) ?? "–")</td></tr>\n"
    }
    html += "<tr><th>precision</th>"
    for index in confusion.classes.indices {
      html += "<td>\(confusion.precision(of: index).map(percent) ?? "–")</td>"
    }
    return html + "<td></td></tr></table>\n"
  }

  private func percent(_ share: Double) -> String { "\((share * 100).formatted(places: 1)) %" }

  private func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
      .replacing("\"", with: "&quot;")
  }

  private static func head(title: String) -> String {
    """
    <!doctype html>
    <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
    <title>\(title)</title><style>
    :root { color-scheme: light dark; --line: light-dark(#1c5d99, #7db8e8); --soft: light-dark(#d8dde3, #3a4149); }
    body { font: 15px/1.5 system-ui, sans-serif; max-width: 76rem; margin: 2rem auto; padding: 0 1rem; }
    dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1.2rem; }
    dt { opacity: .7; } dd { margin: 0; }
    .warning { border-left: 4px solid light-dark(#b35c00, #f0a030); padding: .4rem .8rem; }
    table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
    th, td { padding: .25rem .8rem; border-bottom: 1px solid var(--soft); text-align: right; }
    th:first-child { text-align: left; } td.right { font-weight: 600; }
    .gallery { display: grid; grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr)); gap: .8rem; }
    figure { margin: 0; border: 1px solid var(--soft); border-radius: 6px; padding: .5rem .6rem; }
    figure.wrong { border-style: dashed; border-width: 2px; } figure.near { border-style: dotted; border-width: 2px; }
    svg { width: 100%; height: auto; display: block; } footer { margin: 2rem 0; opacity: .7; }
    </style></head><body>

    """
  }
}

/// A feature vector as a small picture.
enum Sparkline {
  /// An SVG of a vector in [−1, 1] over 6519…6732 Å (vacuum), with a mark at Hα.
  static func svg(_ vector: [Float], label: String) -> String {
    let width = 280.0
    let height = 110.0
    let step = width / Double(max(1, vector.count - 1))
    let points = vector.enumerated().map { index, value in
      "\((Double(index) * step).formatted(places: 1)),\((height / 2 - Double(value) * height * 0.46).formatted(places: 1))"
    }.joined(separator: " ")
    let hAlpha = (6564.61 - 6519) / (6732 - 6519) * width
    return """
      <svg viewBox="0 0 \(Int(width)) \(Int(height))" role="img" aria-label="Hα profile of \(label)">\
      <line x1="\(hAlpha.formatted(places: 1))" y1="0" x2="\(hAlpha.formatted(places: 1))" y2="\(Int(height))" \
      stroke="var(--soft)" stroke-dasharray="3 3"/>\
      <polyline points="\(points)" fill="none" stroke="var(--line)" stroke-width="1.4" stroke-linejoin="round"/></svg>
      """
  }
}
