import Classifier
import Testing

@Suite("Summary of a spectrum")
struct SpectrumSummaryTests {
  @Test("The equivalent width of a box-shaped line is its depth times its width, with the sign of absorption")
  func box() {
    let wavelength = (0..<3000).map { 6480 + 0.1 * Double($0) }
    for (scale, depth) in [(WavelengthScale.vacuum, 0.5), (.air, -2.0)] {
      // The continuum slopes; the line is 8 Å wide.
      let flux = wavelength.map { place in
        let vacuum = scale == .air ? WavelengthScale.vacuumWavelength(air: place) : place
        return (10 + 0.01 * (vacuum - 6500)) * (abs(vacuum - 6564.61) < 4 ? 1 - depth : 1)
      }
      let summary = SpectrumSummary(
        Spectrum(
          wavelength: wavelength, scale: scale, flux: flux, inverseVariance: flux.map { _ in 4 },
          metadata: SpectrumMetadata(layout: .text)))
      #expect(abs((summary.equivalentWidth ?? 0) - 8 * depth) < 0.1)
      // 400 pixels of 0.1 Å, each with an error of 0.5 / 10.6.
      #expect(abs((summary.equivalentWidthError ?? 0) - 0.1 * 0.5 / 10.6 * 20) < 0.003)
    }
  }

  @Test("Where line or continuum are missing there is no equivalent width")
  func noWidth() {
    let short = (0..<200).map { 6560 + 0.1 * Double($0) }
    let summary = SpectrumSummary(
      Spectrum(
        wavelength: short, scale: .vacuum, flux: short, metadata: SpectrumMetadata(layout: .text)))
    #expect(summary.equivalentWidth == nil && !summary.coversWindow)
  }

  @Test(
    "The five LAMOST emission stars of the pairs have emission, Vega absorption",
    .enabled(if: SpectrumTestData.isThere, SpectrumTestData.note))
  func realWidths() throws {
    // Emission by eye; the pairs whose Ondřejov label is emission or double peak.
    for name in [
      "spec-55959-GAC_094N27_V3_sp16-125", "spec-56265-VB069N07V2_sp04-027",
      "spec-56284-GAC122S02V2_sp14-183",
      "spec-56351-GAC108N13V4_sp14-219", "bt-cmi-lamost",
    ] {
      let spectrum = try SpectrumReader.read(path: SpectrumTestData.path("pairs/lamost/\(name).fits"))
      #expect((SpectrumSummary(spectrum).equivalentWidth ?? 0) < -3, "\(name)")
    }
    let vega = try SpectrumReader.read(
      path: SpectrumTestData.path("ondrejov/native/alpha-lyr-absorption.fits"))
    #expect((SpectrumSummary(vega).equivalentWidth ?? 0) > 5)
  }

  @Test(
    "The text says layout, object, place, date, scale and good pixels",
    .enabled(if: SpectrumTestData.isThere, SpectrumTestData.note)
  )
  func text() throws {
    let text = SpectrumSummary(
      try SpectrumReader.read(path: SpectrumTestData.path("pairs/lamost/bt-cmi-lamost.fits"))
    ).text
    for line in [
      "layout        LAMOST DR1", "object        J075703.80+025653.6",
      "position      119.265840 +2.948226 deg",
      "observed      2013-02-18T15:54:49 UTC", "scale         vacuum, stated",
      "window        covered, 129 of 140",
    ] {
      #expect(text.contains(line), "\(line)")
    }
  }
}
