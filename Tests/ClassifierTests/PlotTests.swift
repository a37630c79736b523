import Classifier
import Foundation
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

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

  private func isWellFormed(_ svg: String) -> Bool {
    XMLParser(data: Data(svg.utf8)).parse()
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
}
