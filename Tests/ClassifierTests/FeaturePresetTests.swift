import Classifier
import Testing

@Suite("Feature presets")
struct FeaturePresetTests {
  private func spectrum(
    _ wavelength: [Double], _ scale: WavelengthScale = .vacuum, resolution: Double? = nil,
    flux: (Double) -> Double
  ) -> Spectrum {
    var metadata = SpectrumMetadata(layout: .text)
    metadata.resolution = resolution
    return Spectrum(wavelength: wavelength, scale: scale, flux: wavelength.map(flux), metadata: metadata)
  }

  private func steps(_ first: Double, _ step: Double, _ count: Int) -> [Double] {
    (0..<count).map { first + step * Double($0) }
  }

  @Test("The grid is numpy.linspace(6519, 6732, 140)")
  func grid() {
    let grid = FeaturePreset.grid
    #expect(grid.count == 140 && grid[0] == 6519 && grid[139] == 6732)
    // numpy: 6625.5 lies between values 69 and 70; value 70 is 6626.266187050359.
    #expect(abs(grid[70] - 6626.266187050359) < 1e-11)
  }

  @Test("Presets are found by name, with a suffix for another scaling")
  func names() {
    #expect(FeaturePreset.named("skoda2020") == .skoda2020)
    #expect(FeaturePreset.named("standard") == .standard)
    #expect(FeaturePreset.named("standard+standardise")?.scaling == .standardise)
    #expect(FeaturePreset.named("standard+standardise") == FeaturePreset.standard.scaled(.standardise))
    #expect(FeaturePreset.standard.scaled(.none).scaled(.minMax) == .standard)
    #expect(FeaturePreset.named("nonsense") == nil && FeaturePreset.named("standard+nonsense") == nil)
  }

  @Test("A straight line stays a straight line under every preset, from −1 to 1")
  func straightLine() throws {
    for preset in FeaturePreset.all {
      for scale in WavelengthScale.allCases {
        let line = spectrum(steps(6400, 0.25, 1800), scale, resolution: 0.2) { $0 }
        let vector = try FeatureExtractor(preset).vector(of: line)
        for (index, value) in vector.enumerated() {
          #expect(abs(Double(value) - (2 * Double(index) / 139 - 1)) < 1e-4)
        }
      }
    }
  }

  @Test("Standardised vectors have mean 0 and standard deviation 1")
  func standardised() throws {
    let wave = spectrum(steps(6400, 1, 500)) { 100 + 7 * ($0 * 0.1).truncatingRemainder(dividingBy: 3) }
    let vector = try FeatureExtractor(.standard.scaled(.standardise)).vector(of: wave).map(Double.init)
    let mean = vector.reduce(0, +) / 140
    let variance = vector.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 140
    #expect(abs(mean) < 1e-6 && abs(variance - 1) < 1e-6)
  }

  @Test("The standard preset brings lines of every instrument to the same width, whatever its pixels")
  func sameResolution() throws {
    // A line of the instrument's own width, observed by three instruments; its width after the blur is measured as
    // the second moment, from which that of linear interpolation is not taken away.
    func width(_ sigma: Double, step: Double) throws -> Double {
      let line = spectrum(steps(6450, step, Int(350 / step)), resolution: sigma) { place in
        let distance = (place - 6626) / sigma
        return Self.exponential(-0.5 * distance * distance) / sigma
      }
      let flux = try FeatureExtractor(.standard.scaled(.none)).resampled(line)
      let sum = flux.reduce(0, +)
      let mean = zip(FeaturePreset.grid, flux).map(*).reduce(0, +) / sum
      return (zip(FeaturePreset.grid, flux).map { ($0 - mean) * ($0 - mean) * $1 }.reduce(0, +) / sum)
        .squareRoot()
    }
    let ondrejov = try width(0.21, step: 0.2567)
    #expect(abs(ondrejov - 1.94) < 0.02)
    #expect(abs(try width(0.21, step: 0.2309) - ondrejov) < 0.005)
    #expect(abs(try width(0.37, step: 0.15) - ondrejov) < 0.005)
    #expect(abs(try width(0.15, step: 0.031) - ondrejov) < 0.005)
  }

  private static func exponential(_ x: Double) -> Double {
    // e^x by its series after halving the argument; good to 1e-12 for the arguments here.
    guard x > -700 else { return 0 }
    let part = x / 1024
    var value = 1 + part * (1 + part / 2 * (1 + part / 3 * (1 + part / 4)))
    for _ in 0..<10 { value *= value }
    return value
  }

  @Test("Pixels of seven are blurred only in air under skoda2020, and LAMOST is not blurred under either")
  func blurredSurveys() throws {
    let peak = { (place: Double) in abs(place - 6626.2) < 0.6 ? 1.0 : 0 }
    let fine = steps(6400, 1, 500)
    let vacuum = spectrum(fine, .vacuum, resolution: 1.94, flux: peak)
    let air = spectrum(fine, .air, resolution: 1.94, flux: peak)
    for preset in FeaturePreset.all {
      let flux = try FeatureExtractor(preset.scaled(.none)).resampled(vacuum)
      #expect(flux.filter { $0 > 0 }.count <= 3, "\(preset.name)")
    }
    #expect(try FeatureExtractor(.skoda2020.scaled(.none)).resampled(air).filter { $0 > 0 }.count > 20)
    #expect(try FeatureExtractor(.standard.scaled(.none)).resampled(air).filter { $0 > 0 }.count <= 3)
  }

  @Test("A constant spectrum, or one without a finite value, gives a clear error, also after a blur")
  func constant() throws {
    for value in [0, 1, 1234.5678, -3e9, Double.nan, .infinity] {
      for scale in WavelengthScale.allCases {
        let flat = spectrum(steps(6400, 0.25, 1800), scale, resolution: 0.2) { _ in value }
        for preset in FeaturePreset.all {
          let error = try #require(throws: SpectrumError.self) {
            try FeatureExtractor(preset).vector(of: flat)
          }
          #expect(error.code == .constant && error.hint != nil)
        }
      }
    }
  }

  @Test("Pixels that are not finite are bridged by their neighbours")
  func notFinite() throws {
    let wavelength = steps(6500, 0.5, 500)
    let whole = spectrum(wavelength, resolution: 1.94) { $0 }
    var holed = whole
    for pixel in [0, 40, 41, 42, 200, 460, 499] { holed.flux[pixel] = pixel % 2 == 0 ? .nan : .infinity }
    let expected = try FeatureExtractor(.standard).vector(of: whole)
    let vector = try FeatureExtractor(.standard).vector(of: holed)
    #expect(zip(vector, expected).allSatisfy { abs($0 - $1) < 1e-5 })
  }

  @Test(
    "A spectrum that ends inside the window is refused by standard and repeated by skoda2020, as published")
  func edges() throws {
    let short = spectrum(steps(6500, 0.5, 331)) { $0 }  // to 6665 Å
    let error = try #require(throws: SpectrumError.self) { try FeatureExtractor(.standard).vector(of: short) }
    #expect(error.code == .notCovering && error.message.contains("6500.0–6665.0"))
    let vector = try FeatureExtractor(.skoda2020).vector(of: short)
    #expect(vector[139] == 1 && vector[100] == 1 && vector[90] < 1)
    let away = spectrum(steps(6600, 0.5, 331)) { $0 }
    #expect(throws: SpectrumError.self) { try FeatureExtractor(.skoda2020).vector(of: away) }
  }

  @Test(
    "Interpolation is that of numpy.interp where pixels are coarser and finer than the grid, and irregular")
  func interpolation() throws {
    // A piecewise linear function is reproduced at any point by its own corners.
    var corners = [6400.0]
    while let last = corners.last, last < 6800 {
      corners.append(last + 0.3 + (last * 7.3).truncatingRemainder(dividingBy: 9))
    }
    let values = corners.map { ($0 * 13.7).truncatingRemainder(dividingBy: 5) }
    let metadata = SpectrumMetadata(layout: .text)
    let zigzag = Spectrum(wavelength: corners, scale: .vacuum, flux: values, metadata: metadata)
    let preset = FeaturePreset(name: "plain", blur: .none, scaling: .none)
    let flux = try FeatureExtractor(preset).resampled(zigzag)
    for (place, value) in zip(FeaturePreset.grid, flux) {
      let right = try #require(corners.firstIndex { $0 > place })
      let share = (place - corners[right - 1]) / (corners[right] - corners[right - 1])
      #expect(abs(value - (values[right - 1] + share * (values[right] - values[right - 1]))) < 1e-12)
    }
  }
}
