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
    let options = SpectrumReader.Options(window: FeaturePreset.window, keepsWindowOnly: true)
    for file in SpectrumTestData.spectra where !file.hasPrefix("bess/") {
      let whole = try SpectrumReader.read(bytes: SpectrumTestData.bytes(file))
      let part = try SpectrumReader.read(path: SpectrumTestData.path(file), options: options)
      let start = try #require(whole.wavelength.firstIndex(of: part.wavelength[0]), "\(file)")
      #expect(part == whole.cut(to: start..<(start + part.count)), "\(file)")
      let inside = part.pixels(inVacuum: FeaturePreset.window)
      #expect(inside.count == whole.pixels(inVacuum: FeaturePreset.window).count, "\(file)")
      if whole.metadata.survey == .lamost { #expect(inside.count == 140, "\(file)") }
    }
  }
}
