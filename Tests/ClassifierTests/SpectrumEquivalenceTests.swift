@testable import Classifier
import Testing

@Suite("One spectrum, read in different ways", .enabled(if: SpectrumTestData.isThere, SpectrumTestData.note))
struct SpectrumEquivalenceTests {
  @Test("CFITSIO decodes the same numbers from every FITS file, bit for bit")
  func cfitsio() throws {
    var options = SpectrumReader.Options()
    options.usesCFITSIO = true
    for file in SpectrumTestData.spectra + SpectrumTestData.files(in: "broken") {
      let bytes = try SpectrumTestData.bytes(file)
      guard let ours = try? SpectrumReader.read(bytes: bytes) else { continue }
      let theirs = try SpectrumReader.read(bytes: bytes, options: options)
      #expect(ours.wavelength == theirs.wavelength, "\(file)")
      #expect(ours.flux == theirs.flux, "\(file)")
      #expect(ours.inverseVariance == theirs.inverseVariance && ours.mask == theirs.mask, "\(file)")
    }
  }

  @Test(
    "A spectrum served as VOTable (binary or text), and as tab-separated text, has the numbers of the original"
  )
  func serialisations() throws {
    let folder = "ondrejov/every-output-format/"
    let original = try SpectrumReader.read(path: SpectrumTestData.path(folder + "spectrum.fit"))
    for name in ["binary.vot", "tabledata.vot"] {
      let served = try SpectrumReader.read(path: SpectrumTestData.path(folder + name))
      #expect(served.wavelength == original.wavelength && served.flux == original.flux, "\(name)")
      #expect(served.metadata.object == original.metadata.object)
      #expect(abs((served.metadata.dateObs ?? 0) - (original.metadata.dateObs ?? 1)) < 1e-6)
      #expect(abs((served.metadata.ra ?? 0) - (original.metadata.ra ?? 1)) < 1e-8)
      #expect(served.metadata.publisherDID == "ivo://asu.cas.cz/stel/ccd700/tg160037")
      #expect(served.metadata.survey == .ondrejov && served.metadata.scaleOrigin == .stated)
    }
    // Python 2 wrote twelve digits.
    let text = try SpectrumReader.read(path: SpectrumTestData.path(folder + "spectrum.txt"))
    #expect(zip(text.wavelength, original.wavelength).allSatisfy { abs($0 - $1) < 1e-8 })
    #expect(text.flux == original.flux)
  }

  @Test("A cut-out of an Ondřejov spectrum is an exact part of the original")
  func cutout() throws {
    let original = try SpectrumReader.read(
      path: SpectrumTestData.path("ondrejov/native/gamma-cas-emission.fits"))
    let served = try SpectrumReader.read(path: SpectrumTestData.path("ondrejov/sdm/gamma-cas-emission.fits"))
    let start = try #require(original.wavelength.firstIndex { abs($0 - served.wavelength[0]) < 1e-6 })
    for (pixel, wavelength) in served.wavelength.enumerated() {
      #expect(abs(wavelength - original.wavelength[start + pixel]) < 1e-6)
    }
  }

  @Test("Read in parts from disk, whole from memory, or only the window: the same pixels")
  func parts() throws {
    for file in SpectrumTestData.spectra where !file.hasPrefix("bess/") {
      let whole = try SpectrumReader.read(bytes: SpectrumTestData.bytes(file))
      let part = try SpectrumReader.read(path: SpectrumTestData.path(file), options: .features)
      let start = try #require(whole.wavelength.firstIndex(of: part.wavelength[0]), "\(file)")
      #expect(part == whole.cut(to: start..<(start + part.count)), "\(file)")
      let inside = part.pixels(inVacuum: FeaturePreset.window)
      #expect(inside.count == whole.pixels(inVacuum: FeaturePreset.window).count, "\(file)")
      if whole.metadata.survey == .lamost { #expect(inside.count == 140, "\(file)") }
    }
  }
}

@Suite(
  "Cut-outs of a DaCHS server",
  .enabled(if: SpectrumTestData.hasServerSamples, "needs the samples of a DaCHS server"))
struct SpectrumServiceTests {
  private func sample(_ name: String) throws -> Spectrum {
    try SpectrumReader.read(path: SpectrumTestData.path("../dachs/samples/" + name))
  }

  @Test("LAMOST as VOTable and FITS table has the numbers, weights and mask of the original, in vacuum")
  func lamost() throws {
    let original = try SpectrumReader.read(path: SpectrumTestData.path("pairs/lamost/bt-cmi-lamost.fits"))
    for name in ["lamost-soda.xml", "lamost-soda-fits.fits"] {
      let served = try sample(name)
      #expect(served.flux == original.flux && served.mask == original.mask, "\(name)")
      #expect(served.inverseVariance == original.inverseVariance, "\(name)")
      #expect(zip(served.wavelength, original.wavelength).allSatisfy { abs($0 / $1 - 1) < 1e-15 })
      #expect(served.scale == .vacuum && served.metadata.scaleOrigin == .stated)
      #expect(served.metadata.survey == .lamost && served.metadata.object == original.metadata.object)
      #expect(served.metadata.snr.map { abs($0 - 64.14) < 1e-4 } == true)
      #expect(
        try FeatureExtractor(.skoda2020).vector(of: served)
          == FeatureExtractor(.skoda2020).vector(of: original))
    }
  }

  @Test("A normalised cut-out of LAMOST says so and holds the pixels of its band")
  func normalised() throws {
    let served = try sample("lamost-soda-cutout-normalized.xml")
    #expect(served.metadata.fluxCalibration == "NORMALIZED")
    // BAND 6.5e-7 to 6.6e-7 m.
    #expect(served.count == 66 && served.wavelength[0] >= 6500 && served.wavelength[65] <= 6600)
  }

  @Test("Ondřejov in every format of the server has the numbers of the original")
  func ondrejov() throws {
    let original = try SpectrumReader.read(path: SpectrumTestData.path("ondrejov/native/oe270005.fits"))
    for name in ["soda-default.xml", "soda-fits.fits", "soda-native.fits", "soda-original.fits"] {
      let served = try sample(name)
      #expect(served.flux == original.flux, "\(name)")
      #expect(zip(served.wavelength, original.wavelength).allSatisfy { abs($0 - $1) < 1e-9 }, "\(name)")
      #expect(
        served.scale == .air && served.metadata.survey == .ondrejov && served.metadata.object == "HD 208905")
    }
    // BAND 6.55e-7 to 6.57e-7 m, as VOTable, CSV and TSV.
    for name in ["soda-tabledata.xml", "soda-csv.csv", "soda-tsv.txt"] {
      let served = try sample(name)
      let start = try #require(original.wavelength.firstIndex { abs($0 - served.wavelength[0]) < 1e-6 })
      #expect(served.count == 78)
      #expect(Array(original.flux[start..<(start + 78)]) == served.flux, "\(name)")
    }
  }

  @Test("The server's refusals are not taken for spectra, and say what the server said")
  func refusals() throws {
    for (name, code, text) in [
      ("soda-bad-band.txt", SpectrumError.Code.textMessage, "not a valid literal for BAND"),
      ("soda-cutout-outside.txt", .empty, "empty"), ("soda-unknown-id.html", .webPage, "not found"),
      ("ssap-bad-pos.xml", .serviceError, "POS"), ("ssap-default.xml", .unknownLayout, "without a spectral"),
    ] {
      let error = try #require(throws: SpectrumError.self) { try sample(name) }
      #expect(error.code == code && error.message.contains(text), "\(name): \(error)")
    }
  }
}
