import Foundation

/// Pictures of the candidates, a file each, and a page that shows them.
struct Gallery {
  let folder: SurveyFolder
  let candidates: [Candidate]
  let preset: String
  let isSimulated: Bool

  /// Writes the pictures and `index.html` to a folder.
  ///
  /// - Returns: the file of each picture, by key of the spectrum.
  func write(to path: String) throws(SurveyError) -> [Int64: String] {
    try surveyed(.file, "cannot make \(path)") {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }
    var pictures: [Int64: String] = [:]
    var figures = ""
    for (place, candidate) in candidates.enumerated() {
      guard let vector = try folder.vector(of: candidate.spectrum.id, preset: preset) else { continue }
      let number = String(place + 1)
      let name = String(repeating: "0", count: max(0, 5 - number.count)) + number + ".svg"
      let file = path + "/" + name
      let label = escaped(candidate.spectrum.designation)
      try surveyed(.file, "cannot write \(file)") {
        try DurableFile.write(Array(Self.picture(vector, label: label).utf8), to: file)
      }
      pictures[candidate.spectrum.id] = file
      figures += figure(candidate, name, label)
    }
    let page = page(figures, count: pictures.count)
    try surveyed(.file, "cannot write \(path)/index.html") {
      try DurableFile.write(Array(page.utf8), to: path + "/index.html")
    }
    return pictures
  }

  private func figure(_ candidate: Candidate, _ name: String, _ label: String) -> String {
    let spectrum = candidate.spectrum
    let p = candidate.probability(background: folder.classSet.background)
    let position = spectrum.ra.map {
      "\($0.formatted(places: 5)) \((spectrum.dec ?? 0).formatted(places: 5))"
    }
    let known = candidate.known.first.map { " · known: \(escaped($0.name))" } ?? ""
    let said = candidate.said.map { " · \(escaped($0.rater)) says so" } ?? ""
    // Only what a browser fetches; an archive's row might hold anything.
    let url = spectrum.accessURL.flatMap { $0.hasPrefix("http://") || $0.hasPrefix("https://") ? $0 : nil }
    let title = url.map { "<a href=\"\(escaped($0))\" rel=\"noreferrer\">\(label)</a>" } ?? label
    return """
      <figure><img src="\(name)" alt="Hα profile of \(label)" width="280" height="110" loading="lazy"><figcaption>\
      <b>\(title)</b><br>\(escaped(folder.classSet.names[candidate.classIndex])) \((p * 100).formatted(places: 1)) %\
      \(said)\(known)<br><small>\(escaped(position ?? "no position")) · \(escaped(spectrum.collection))</small>\
      </figcaption></figure>\n
      """
  }

  private func page(_ figures: String, count: Int) -> String {
    let warning =
      isSimulated
      ? "<p class=\"warning\"><b>Simulated.</b> Simulated spectra were used: a rehearsal, no discovery.</p>\n"
      : ""
    return """
      <!doctype html>
      <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src 'self'; style-src 'unsafe-inline'">
      <title>\(escaped(folder.configuration.name)): candidates</title><style>
      :root { color-scheme: light dark; }
      body { font: 15px/1.45 system-ui, sans-serif; max-width: 80rem; margin: 2rem auto; padding: 0 1rem; }
      .warning { border-left: 4px solid light-dark(#b35c00, #f0a030); padding: .4rem .8rem; }
      main { display: grid; grid-template-columns: repeat(auto-fill, minmax(17.5rem, 1fr)); gap: .8rem; }
      figure { margin: 0; border: 1px solid light-dark(#d8dde3, #3a4149); border-radius: 6px; padding: .5rem .6rem; }
      img { width: 100%; height: auto; background: #fff; border-radius: 3px; } a { color: inherit; }
      </style></head><body>
      <h1>\(escaped(folder.configuration.name)): \(count) candidates</h1>
      \(warning)<p>The surest first, as the network sees them: 140 points from 6519 to 6732 Å (vacuum), scaled to [−1, 1]. \
      The dashed line is Hα, 6564.61 Å.</p>
      <main>
      \(figures)</main><footer><p>votrawl \(Provenance.version) · <code>\(escaped(Provenance.command))</code></p></footer>
      </body></html>

      """
  }

  /// A vector in [−1, 1] over 6519…6732 Å (vacuum) as a picture of its own.
  static func picture(_ vector: [Float], label: String) -> String {
    let (width, height) = (280.0, 110.0)
    let step = width / Double(max(1, vector.count - 1))
    let points = vector.enumerated().map { index, value in
      let y = height / 2 - Double(min(max(value, -1.05), 1.05)) * height * 0.46
      return "\((Double(index) * step).formatted(places: 1)),\(y.formatted(places: 1))"
    }.joined(separator: " ")
    let hAlpha = ((6564.61 - 6519) / (6732 - 6519) * width).formatted(places: 1)
    return """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 280 110" role="img" aria-label="Hα profile of \(label)">
      <rect width="280" height="110" fill="#fff"/>
      <line x1="\(hAlpha)" y1="0" x2="\(hAlpha)" y2="110" stroke="#999" stroke-dasharray="3 3"/>
      <polyline points="\(points)" fill="none" stroke="#0072b2" stroke-width="1.4" stroke-linejoin="round"/>
      </svg>

      """
  }

  private func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
      .replacing("\"", with: "&quot;")
  }
}
