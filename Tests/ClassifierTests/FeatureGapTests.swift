@testable import Classifier
import Testing

/// Pixels that hold no flux, on LAMOST's grid: a slope with a line at Hα.
@Suite("Pixels without flux")
struct FeatureGapTests {
  private let whole: Spectrum = {
    let wavelength = (0..<220).map { 6460 * Self.power(1.000230285020825, $0) }
    let flux = wavelength.map { 500 + 0.1 * ($0 - 6500) + 300 * max(0, 1 - abs($0 - 6564.61) / 8) }
    var metadata = SpectrumMetadata(layout: .lamostDR3)
    metadata.resolution = 1.94
    return Spectrum(
      wavelength: wavelength, scale: .vacuum, flux: flux, inverseVariance: flux.map { _ in 0.01 },
      metadata: metadata)
  }()

  private static func power(_ base: Double, _ exponent: Int) -> Double {
    (0..<exponent).reduce(1) { value, _ in value * base }
  }

  /// The pixel nearest to a wavelength.
  private func pixel(at place: Double) -> Int { whole.wavelength.firstIndex { $0 >= place } ?? 0 }

  /// The spectrum with pixels that the file gives neither flux nor weight.
  private func lacking(_ pixels: Range<Int>, weight: Double = 0) -> Spectrum {
    var spectrum = whole
    for pixel in pixels {
      spectrum.flux[pixel] = 0
      spectrum.inverseVariance?[pixel] = weight
    }
    return spectrum
  }

  private func code(_ spectrum: Spectrum, _ preset: FeaturePreset = .standard) -> SpectrumError.Code? {
    do throws(SpectrumError) { _ = try FeatureExtractor(preset).vector(of: spectrum) } catch {
      return error.code
    }
    return nil
  }

  @Test("One pixel of flux and weight 0 is bridged by standard; as published, all else hangs on it")
  func onePixel() throws {
    let pixel = pixel(at: 6650)
    let spectrum = lacking(pixel..<(pixel + 1))
    let expected = try FeatureExtractor(.standard).vector(of: whole)
    let vector = try FeatureExtractor(.standard).vector(of: spectrum)
    // The slope is straight there.
    #expect(zip(vector, expected).allSatisfy { abs($0 - $1) < 1e-5 })
    let published = try FeatureExtractor(.skoda2020).vector(of: spectrum)
    #expect(published.count { $0 < 0 } <= 2 && published.min() == -1)
    for preset in FeaturePreset.all {
      #expect(
        try FeatureExtractor(preset).vector(of: whole) == FeatureExtractor(.skoda2020).vector(of: whole))
    }
  }

  @Test("A pixel that has a flux keeps it whatever its weight, and one of flux 0 with a weight, too")
  func rejectedPeak() throws {
    var spectrum = whole
    for pixel in pixel(at: 6555)..<pixel(at: 6575) { spectrum.inverseVariance?[pixel] = 0 }
    #expect(
      try FeatureExtractor(.standard).vector(of: spectrum) == FeatureExtractor(.standard).vector(of: whole))
    let pixel = pixel(at: 6650)
    let measured = lacking(pixel..<(pixel + 1), weight: 0.01)
    #expect(
      try FeatureExtractor(.standard).vector(of: measured)
        == FeatureExtractor(.skoda2020).vector(of: measured))
  }

  @Test(
    "Without inverse variances a few pixels of flux 0 are bridged; a spectrum that is 0 in most is left as it is"
  )
  func noWeights() throws {
    let pixel = pixel(at: 6650)
    var spectrum = lacking(pixel..<(pixel + 4))
    let expected = try FeatureExtractor(.standard).vector(of: spectrum)
    spectrum.inverseVariance = nil
    #expect(try FeatureExtractor(.standard).vector(of: spectrum) == expected)
    for pixel in spectrum.flux.indices where abs(spectrum.wavelength[pixel] - 6564.61) > 8 {
      spectrum.flux[pixel] = 0
    }
    #expect(
      try FeatureExtractor(.standard).vector(of: spectrum)
        == FeatureExtractor(.skoda2020).vector(of: spectrum))
  }

  @Test("Gaps at the ends of the window take the next flux, and those outside it do not matter")
  func ends() throws {
    let first = pixel(at: 6519)
    let vector = try FeatureExtractor(.standard.scaled(.none)).resampled(lacking((first - 30)..<(first + 3)))
    #expect(vector[0] == vector[1] && abs(vector[0] - whole.flux[first + 3]) < 1e-9)
    let outside = lacking(0..<20)
    #expect(
      try FeatureExtractor(.standard).vector(of: outside) == FeatureExtractor(.standard).vector(of: whole))
  }

  @Test("More than a fifth of the window, or 3 pixels on end at Hα, are too many: SPC-16")
  func refusals() throws {
    let (start, line) = (pixel(at: 6600), pixel(at: 6564))
    #expect(code(lacking(start..<(start + 28))) == nil)
    #expect(code(lacking(start..<(start + 29))) == .incomplete)
    #expect(code(lacking(line..<(line + 2))) == nil)
    #expect(code(lacking(line..<(line + 3))) == .incomplete)
    #expect(code(lacking(line..<(line + 3)), .skoda2020) == nil)
    let beside = pixel(at: 6578)
    #expect(code(lacking(beside..<(beside + 3))) == nil)
    #expect(code(lacking(0..<220)) == .constant)
    var holed = whole
    for pixel in line..<(line + 3) { holed.flux[pixel] = .nan }
    #expect(code(holed) == .incomplete && code(holed, .skoda2020) == nil)
    let error = try #require(throws: SpectrumError.self) {
      try FeatureExtractor(.standard).vector(of: lacking(start..<(start + 29)))
    }
    #expect(error.description.hasPrefix("SPC-16: lacks the flux of 29 of 140 pixels") && error.hint != nil)
  }

  @Test("Spectra in air and in vacuum have the same gaps")
  func air() throws {
    let (line, beside) = (pixel(at: 6564), pixel(at: 6578))
    for (range, expected) in [
      (line..<(line + 3), SpectrumError.Code.incomplete), (beside..<(beside + 3), nil),
    ] {
      #expect(code(lacking(range).on(.air)) == expected)
    }
  }
}

/// A real spectrum with pixels of flux and weight 0 in the window, and what numpy makes of it:
/// `flux[z] = interp(pixel[z], pixel[~z], flux[~z])`, `interp(linspace(6519, 6732, 140), wavelength, flux)`, scaled.
private struct Golden {
  let file: String
  let lacking: Int
  /// Mean of the vector, its values at Hα (places 29 and 30), and the mean without the first of the three steps.
  let mean: Double
  let at: [Double]
  let published: Double

  init(_ file: String, _ lacking: Int, mean: Double, at: [Double], published: Double) {
    (self.file, self.lacking, self.mean, self.at, self.published) = (file, lacking, mean, at, published)
  }

  /// Made with astropy 7 and numpy from all 440 LAMOST files that are not empty: these 15 have such pixels.
  static let all = [
    Golden(
      "spec-59528-HD071013S041413B03_sp16-237.fits.gz", 6, mean: 0.695955, at: [-0.719973, -0.977704],
      published: 0.782475),
    Golden(
      "spec-59529-HD072742S030417B01_sp01-040.fits.gz", 2, mean: 0.626855, at: [-0.229340, -0.895588],
      published: 0.772923),
    Golden(
      "spec-59529-KII051405N211325B02_sp08-076.fits.gz", 5, mean: 0.734341, at: [-0.341584, -1.000000],
      published: 0.859390),
    Golden(
      "spec-59549-TD064253N231249K01_sp10-141.fits.gz", 2, mean: 0.737815, at: [-0.795689, -1.000000],
      published: 0.842479),
    Golden(
      "spec-59550-TD062610N184524H01_sp15-122.fits.gz", 2, mean: 0.709207, at: [-0.842175, -1.000000],
      published: 0.827999),
    Golden(
      "spec-59583-EG042015S023742B04_sp10-155.fits.gz", 4, mean: 0.512862, at: [-0.287726, -0.671791],
      published: 0.777428),
    Golden(
      "spec-59587-GAC098N16M1_sp08-017.fits.gz", 5, mean: 0.686155, at: [-0.767823, -0.951108],
      published: 0.755285),
    Golden(
      "spec-59613-GAC067N44M2_sp08-245.fits.gz", 2, mean: 0.669285, at: [-0.894875, -1.000000],
      published: 0.811344),
    Golden(
      "spec-59614-GAC084N35B4_sp03-189.fits.gz", 4, mean: 0.824180, at: [-1.000000, -0.825313],
      published: 0.819543),
    Golden(
      "spec-59636-HD071013S041413V01_sp01-162.fits.gz", 2, mean: 0.722774, at: [-0.768107, -1.000000],
      published: 0.849107),
    Golden(
      "spec-59636-TD062610N184524H01_sp13-155.fits.gz", 2, mean: 0.535636, at: [-0.903734, -1.000000],
      published: 0.754140),
    Golden(
      "spec-59640-TD061156N231225K01_sp15-071.fits.gz", 1, mean: 0.705937, at: [-0.903106, -1.000000],
      published: 0.771284),
    Golden(
      "spec-59641-GAC100N17B2_sp15-012.fits.gz", 2, mean: 0.746603, at: [-1.000000, -0.924404],
      published: 0.869527),
    Golden(
      "spec-59643-TD062610N184524H01_sp01-115.fits.gz", 2, mean: 0.681662, at: [-0.751317, -0.997290],
      published: 0.822953),
    Golden(
      "spec-59647-HD104231N181311B03_sp10-118.fits.gz", 3, mean: 0.544371, at: [-0.128529, -0.628042],
      published: 0.803595),
  ]
}

@Suite("Pixels without flux in real spectra", .enabled(if: SpectrumTestData.isThere, SpectrumTestData.note))
struct RealGapTests {
  private static func mean(_ values: [Float]) -> Double {
    values.reduce(0) { $0 + Double($1) } / Double(values.count)
  }

  @Test(
    "The 15 real spectra that lack pixels give the vectors of numpy, to 1e-5, whichever way they are read")
  func golden() throws {
    var cfitsio = SpectrumReader.Options()
    cfitsio.usesCFITSIO = true
    for golden in Golden.all {
      let path = SpectrumTestData.path("lamost/dr10/" + golden.file)
      let spectrum = try SpectrumReader.read(path: path)
      let zeros = spectrum.pixels(inVacuum: FeaturePreset.window).filter {
        spectrum.flux[$0] == 0 && spectrum.inverseVariance?[$0] == 0
      }
      #expect(zeros.count == golden.lacking)
      let vector = try FeatureExtractor(.standard).vector(of: spectrum)
      #expect(abs(Self.mean(vector) - golden.mean) < 1e-5, "\(golden.file)")
      #expect(zip(vector[29...30], golden.at).allSatisfy { abs(Double($0) - $1) < 2e-5 }, "\(golden.file)")
      let published = try FeatureExtractor(.skoda2020).vector(of: spectrum)
      #expect(abs(Self.mean(published) - golden.published) < 1e-5, "\(golden.file)")
      for options in [cfitsio, .features] {
        let other = try SpectrumReader.read(path: path, options: options)
        #expect(try FeatureExtractor(.standard).vector(of: other) == vector, "\(golden.file)")
      }
      // A cut-out without weights, as archives make them.
      var bare = spectrum
      bare.inverseVariance = nil
      #expect(try FeatureExtractor(.standard).vector(of: bare) == vector, "\(golden.file)")
    }
  }

  @Test(
    "One more real spectrum changes: others keep the flux of pixels without weight, four at the peak of Hα")
  func others() throws {
    let holed = Set(Golden.all.map { "lamost/dr10/" + $0.file })
    var (changed, emission): ([String], [String]) = ([], [])
    var weightless = 0
    var kept = FeaturePreset.standard
    kept.gaps = .keep
    for file in SpectrumTestData.spectra where !holed.contains(file) && !file.hasPrefix("bess/") {
      guard
        let spectrum = try? SpectrumReader.read(
          path: SpectrumTestData.path(file), window: FeaturePreset.window),
        let vector = try? FeatureExtractor(kept).vector(of: spectrum)
      else { continue }
      if try FeatureExtractor(.standard).vector(of: spectrum) != vector { changed.append(file) }
      let window = spectrum.pixels(inVacuum: FeaturePreset.window)
      let without = window.filter { spectrum.inverseVariance?[$0] == 0 }
      guard !without.isEmpty, spectrum.metadata.survey == .lamost else { continue }
      weightless += 1
      guard let peak = window.max(by: { spectrum.flux[$0] < spectrum.flux[$1] }) else { continue }
      if without.contains(peak), abs(spectrum.wavelength[peak] - 6564.61) < 10 { emission.append(file) }
    }
    // Its gap begins 0.9 Å beyond the window.
    #expect(changed == ["pairs/lamost/spec-55967-GAC_073N44_V4_sp08-055.fits"])
    #expect(
      emission.sorted() == [
        "pairs/lamost/bt-cmi-lamost.fits", "pairs/lamost/spec-56265-VB069N07V2_sp04-027.fits",
        "pairs/lamost/spec-56284-GAC122S02V2_sp14-183.fits",
        "pairs/lamost/spec-56351-GAC108N13V4_sp14-219.fits",
      ])
    #expect(weightless == 19)
  }
}
