/// Turns spectra into feature vectors by one preset.
///
/// ```swift
/// let extractor = FeatureExtractor(.standard)
/// let vector = try extractor.vector(of: spectrum)  // 140 values from −1 to 1
/// ```
public struct FeatureExtractor: Sendable {
  /// How vectors are made.
  public let preset: FeaturePreset
  /// The kernel of a blur given in pixels, which is the same for all spectra.
  private let fixedKernel: GaussianKernel?

  /// Makes an extractor.
  public init(_ preset: FeaturePreset = .standard) {
    self.preset = preset
    if case .pixelsInAir(let sigma) = preset.blur, sigma > 0 {
      fixedKernel = GaussianKernel(sigma: sigma)
    } else {
      fixedKernel = nil
    }
  }

  /// The feature vector of a spectrum: 140 values on ``FeaturePreset/grid``, scaled.
  /// - Throws: ``SpectrumError`` with code `notCovering`, or `constant` where there is nothing to scale by.
  /// - Complexity: O(window): resampling costs about 2 µs, and a blur about 10 ns a tap of eight for each of
  ///   at most 280 pixels. Nothing is allocated per pixel.
  public func vector(of spectrum: Spectrum) throws(SpectrumError) -> [Float] {
    try scaled(resampled(spectrum)).map(Float.init)
  }

  /// The flux on the grid before scaling: blurred and interpolated, in the unit of the spectrum.
  /// - Throws: ``SpectrumError`` with code `notCovering` or `constant`.
  public func resampled(_ spectrum: Spectrum) throws(SpectrumError) -> [Double] {
    guard let range = spectrum.vacuumRange, spectrum.count > 1 else {
      throw SpectrumError(.notCovering, "has no pixels")
    }
    try demandCoverage(range)
    let kernel = kernel(for: spectrum)
    // The pixels around the window; a blur reaches further, but only to pixels already there.
    let inside = spectrum.pixels(inVacuum: FeaturePreset.window)
    let first = max(0, inside.lowerBound - 1)
    let last = min(spectrum.count - 1, max(inside.upperBound, first + 1))
    let reach = kernel?.half ?? 0
    let used = max(0, first - reach)...min(spectrum.count - 1, last + reach)
    let flux =
      spectrum.flux[used].allSatisfy(\.isFinite) ? spectrum.flux : try Self.mended(spectrum.flux, used)
    let isAir = spectrum.scale == .air
    return spectrum.wavelength.withUnsafeBufferPointer { wavelength in
      flux.withUnsafeBufferPointer { flux in
        func place(_ pixel: Int) -> Double {
          isAir ? WavelengthScale.vacuumWavelength(air: wavelength[pixel]) : wavelength[pixel]
        }
        func value(_ pixel: Int) -> Double {
          kernel?.blurred(flux, at: pixel) ?? flux[pixel]
        }
        return Self.interpolated(first...last, place, value)
      }
    }
  }

  /// Linear interpolation on the grid as `numpy.interp` does it, end values repeated outside.
  @inline(__always)
  private static func interpolated(
    _ pixels: ClosedRange<Int>, _ place: (Int) -> Double, _ value: (Int) -> Double
  ) -> [Double] {
    let grid = FeaturePreset.grid
    return [Double](unsafeUninitializedCapacity: grid.count) { output, filled in
      var left = pixels.lowerBound
      var (x0, y0) = (place(left), value(left))
      var (x1, y1) = (place(left + 1), value(left + 1))
      for (index, x) in grid.enumerated() {
        while x >= x1, left + 1 < pixels.upperBound {
          left += 1
          (x0, y0) = (x1, y1)
          x1 = place(left + 1)
          y1 = .nan
        }
        // A pixel that no grid point lies next to never needs its value.
        if y0.isNaN { y0 = value(left) }
        if y1.isNaN { y1 = value(left + 1) }
        output[index] =
          x <= x0 && left == pixels.lowerBound ? y0 : x >= x1 ? y1 : (y1 - y0) / (x1 - x0) * (x - x0) + y0
      }
      filled = grid.count
    }
  }

  /// Scales values by the preset's rule.
  /// - Throws: `constant` where the values are all the same.
  func scaled(_ values: [Double]) throws(SpectrumError) -> [Double] {
    guard preset.scaling != .none else { return values }
    var low = Double.infinity
    var high = -Double.infinity
    for value in values {
      low = min(low, value)
      high = max(high, value)
    }
    // What a blur leaves of a constant differs in the last digits.
    guard high - low > 1e-12 * max(abs(low), abs(high)), (high - low).isFinite else {
      throw SpectrumError(
        .constant, "has the same flux \(low) everywhere in the window \(Self.windowText)",
        hint: "the fibre saw nothing or the reduction failed: leave the spectrum out")
    }
    switch preset.scaling {
    case .none: return values
    case .minMax: return values.map { 2 * (($0 - low) / (high - low)) - 1 }
    case .standardise:
      let mean = values.reduce(0, +) / Double(values.count)
      let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
      let deviation = variance.squareRoot()
      return values.map { ($0 - mean) / deviation }
    }
  }

  /// The blur that this spectrum needs, or `nil` for none.
  private func kernel(for spectrum: Spectrum) -> GaussianKernel? {
    switch preset.blur {
    case .none: return nil
    case .pixelsInAir: return spectrum.scale == .air ? fixedKernel : nil
    case .resolution(let target):
      guard let sigma = Self.blur(of: spectrum, to: target) else { return nil }
      return GaussianKernel(sigma: sigma)
    }
  }

  /// Standard deviation in pixels of the blur that brings a spectrum's resolution to `target` Å; `nil` for none.
  ///
  /// Where the instrument is not known, its profile is taken to be as wide as a pixel.
  static func blur(of spectrum: Spectrum, to target: Double) -> Double? {
    let middle = spectrum.pixels(inVacuum: 6564.61...FeaturePreset.window.upperBound).lowerBound
    let pixel = min(max(middle, 1), spectrum.count - 1)
    let step = spectrum.wavelength[pixel] - spectrum.wavelength[pixel - 1]
    let own = spectrum.metadata.resolution ?? step
    let missing = target * target - own * own
    // A blur of less than a third of a pixel changes nothing that sampling has not done already.
    guard missing > 0, step > 0, missing.squareRoot() > step / 3 else { return nil }
    // Never more than 10 Å wide on either side, however fine the pixels.
    return min(missing.squareRoot() / step, 4096)
  }

  private func demandCoverage(_ range: ClosedRange<Double>) throws(SpectrumError) {
    let window = FeaturePreset.window
    let needed =
      preset.edges == .clamp
      ? 6554.61...6574.61
      : (window.lowerBound + SpectrumReader.tolerance)...(window.upperBound - SpectrumReader.tolerance)
    guard range.lowerBound <= needed.lowerBound, range.upperBound >= needed.upperBound else {
      let text = { (value: Double) in "\((value * 10).rounded() / 10)" }
      throw SpectrumError(
        .notCovering,
        "covers \(text(range.lowerBound))–\(text(range.upperBound)) Å in vacuum, not the window "
          + Self.windowText,
        hint: preset.edges == .refuse
          ? "preset skoda2020 repeats the last value where a spectrum ends, as was published" : nil)
    }
  }

  private static let windowText = "6519–6732 Å"

  /// Flux in which pixels of `range` that are not finite are interpolated between their neighbours.
  private static func mended(_ flux: [Double], _ range: ClosedRange<Int>) throws(SpectrumError) -> [Double] {
    var mended = flux
    var lastGood: Int?
    for pixel in range where flux[pixel].isFinite {
      let start = lastGood.map { $0 + 1 } ?? range.lowerBound
      for gap in start..<max(start, pixel) {
        guard let lastGood else {
          mended[gap] = flux[pixel]
          continue
        }
        let share = Double(gap - lastGood) / Double(pixel - lastGood)
        mended[gap] = flux[lastGood] + share * (flux[pixel] - flux[lastGood])
      }
      lastGood = pixel
    }
    guard let lastGood else {
      throw SpectrumError(
        .constant, "has no finite flux in the window \(windowText)", hint: "leave the spectrum out")
    }
    for gap in (lastGood + 1)..<max(lastGood + 1, range.upperBound + 1) { mended[gap] = flux[lastGood] }
    return mended
  }
}
