import Classifier
import Testing

@Suite("Pictures of spectra")
struct PlotTests {
  private func spectrum(_ flux: (Double) -> Double = { 1 + 1e-3 * $0 }) -> Spectrum {
    let wavelength = (0..<200).map { 6480 + 1.5 * Double($0) }
    var metadata = SpectrumMetadata(layout: .text)
    metadata.object = "A<B> & \"C\" 'D'\u{1}"
    return Spectrum(
      wavelength: wavelength, scale: .vacuum, flux: wavelength.map(flux),
      inverseVariance: wavelength.map { _ in 100 }, mask: wavelength.map { $0 > 6700 ? 1 : 0 },
      metadata: metadata)
  }

  /// Whether tags nest, attributes are quoted, and text holds no stray `<` or `&` (XML 1.0, without a DTD).
  private func isWellFormed(_ svg: String) -> Bool {
    var open = [Substring]()
    var rest = svg[...]
    while let start = rest.firstIndex(of: "<") {
      guard isText(rest[..<start]), let end = rest[start...].firstIndex(of: ">") else { return false }
      var tag = rest[rest.index(after: start)..<end]
      rest = rest[rest.index(after: end)...]
      if tag.first == "/" {
        guard open.popLast() == tag.dropFirst() else { return false }
        continue
      }
      let isClosed = tag.last == "/"
      if isClosed { tag = tag.dropLast() }
      // Between the quotes stand the values; outside of them only names and equals signs.
      let parts = tag.split(separator: "\"", omittingEmptySubsequences: false)
      guard parts.count % 2 == 1, tag.allSatisfy({ $0 != "<" }) else { return false }
      for (index, part) in parts.enumerated() {
        guard index % 2 == 0 ? !part.contains("&") : isText(part) else { return false }
        if index % 2 == 0, index + 1 < parts.count, part.last != "=" { return false }
      }
      if !isClosed { open.append(tag.prefix { $0.isLetter }) }
    }
    return open.isEmpty && isText(rest)
  }

  private func isText(_ text: Substring) -> Bool {
    let allowed = text.unicodeScalars.allSatisfy { $0.value >= 0x20 || "\t\n\r".unicodeScalars.contains($0) }
    return allowed
      && text.split(separator: "&", omittingEmptySubsequences: false).dropFirst().allSatisfy { part in
        ["amp;", "lt;", "gt;", "quot;", "#39;"].contains { part.hasPrefix($0) }
      }
  }

  @Test("A picture is well-formed whatever the name and the flux, and never holds a NaN or an infinity")
  func wellFormed() {
    let fluxes: [(Double) -> Double] = [
      { 1 + 1e-3 * $0 }, { _ in 0 }, { _ in .nan }, { $0 > 6600 ? .infinity : 1 }, { $0 * 1e300 },
      { $0 * 1e-300 },
      { -$0 }, { $0 > 6550 ? .nan : $0 },
    ]
    for flux in fluxes {
      let svg = SpectrumPlot.svg(spectrum(flux))
      #expect(isWellFormed(svg))
      #expect(!svg.contains("nan") && !svg.contains("inf"))
      #expect(svg.contains("A&lt;B&gt; &amp; &quot;C&quot; &#39;D&#39;"))
    }
  }

  @Test("Nothing is loaded from outside, and the background is its own")
  func selfContained() {
    let svg = SpectrumPlot.svg(spectrum())
    #expect(
      !svg.contains("href") && !svg.contains("url(") && !svg.contains("@import") && !svg.contains("<script"))
    #expect(svg.contains("fill=\"#ffffff\""))
  }

  @Test("Lines are marked at their vacuum wavelengths, the error band and masked pixels are drawn")
  func marks() {
    let svg = SpectrumPlot.svg(spectrum(), title: "Title", note: "Note")
    for text in [
      "Hα", "[N II]", "He I", "class=\"band\"", "class=\"bad\"", "class=\"seen\"", "Title", "Note",
    ] {
      #expect(svg.contains(text), "\(text)")
    }
    // 74 + (6564.61 − 6514) / 223 · 828 = 261.9 on a page of 960.
    #expect(svg.contains("M261.9 "))
  }

  @Test("Several spectra stand below each other, one that does not reach the window too")
  func stack() {
    let away = Spectrum(
      wavelength: [4000, 4001], scale: .air, flux: [1, 2], metadata: SpectrumMetadata(layout: .text))
    let svg = SpectrumPlot.svg([.init(spectrum()), .init(away, title: "blue"), .init(spectrum())])
    #expect(isWellFormed(svg))
    #expect(svg.contains("height=\"720\"") && svg.contains("no pixels between 6514 and 6737"))
    #expect(isWellFormed(SpectrumPlot.svg([])))
  }

  @Test("A narrow picture has a short heading with the remark in it, and no names that would collide")
  func narrow() {
    let svg = SpectrumPlot.svg(
      spectrum(), note: "emission", options: SpectrumPlot.Options(width: 380, panelHeight: 170))
    #expect(isWellFormed(svg))
    #expect(svg.contains("width=\"380\"") && svg.contains(">emission</text>"))
    #expect(!svg.contains("[N II]") && !svg.contains("as the network sees it") && svg.contains("Hα"))
  }
}
