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
  /// - Throws: ``SpectrumError`` with code `notCovering`, `incomplete` where too many pixels are lacking, or `constant`
  ///   where there is nothing to scale by.
  /// - Complexity: O(pixels of the window). About 0.6 µs for a spectrum that is not blurred (LAMOST) and 5 µs for
  ///   one that is (Ondřejov); the only allocation is the vector itself.
  public func vector(of spectrum: Spectrum) throws(SpectrumError) -> [Float] {
    try withResampled(spectrum) { (values) throws(SpectrumError) in
      let (shift, factor) = try scaling(of: values)
      return [Float](unsafeUninitializedCapacity: values.count) { output, filled in
        for index in 0..<values.count {
          output[index] = Float((values[index] - shift) * factor.slope + factor.start)
        }
        filled = values.count
      }
    }
  }

  /// The flux on the grid before scaling: blurred and interpolated, in the unit of the spectrum.
  /// - Throws: ``SpectrumError`` with code `notCovering`, `incomplete` or `constant`.
  public func resampled(_ spectrum: Spectrum) throws(SpectrumError) -> [Double] {
    try withResampled(spectrum) { (values) throws(SpectrumError) in Array(values) }
  }

  /// Calls `body` with the flux on the grid.
  private func withResampled<Result>(
    _ spectrum: Spectrum, _ body: (UnsafeMutableBufferPointer<Double>) throws(SpectrumError) -> Result
  ) throws(SpectrumError) -> Result {
    guard let range = spectrum.vacuumRange, spectrum.count > 1 else {
      throw SpectrumError(.notCovering, "has no pixels")
    }
    try demandCoverage(range)
    let kernel = kernel(for: spectrum)
    return try withUnsafeTemporaryAllocation(of: Double.self, capacity: FeaturePreset.count) {
      (values) throws(SpectrumError) in
      let reach = (kernel?.half ?? 0) + 1
      if preset.gaps == .bridge, FluxGaps.mayBe(in: spectrum, reach: reach) {
        let gaps = FluxGaps(spectrum, reach: reach, bridgesZeros: true)
        let flux = try gaps.bridged(limited: true) ?? spectrum.flux
        GridInterpolation.interpolate(spectrum, flux: flux, kernel, into: values)
      } else {
        GridInterpolation.interpolate(spectrum, flux: spectrum.flux, kernel, into: values)
        // A pixel that is not finite shows in what is made of it.
        if !GridValues(values).sum.isFinite {
          let gaps = FluxGaps(spectrum, reach: reach, bridgesZeros: false)
          let flux = try gaps.bridged(limited: false) ?? spectrum.flux
          GridInterpolation.interpolate(spectrum, flux: flux, kernel, into: values)
        }
      }
      return try body(values)
    }
  }

  /// What scales values by the preset's rule: (value − shift) · slope + start.
  /// - Throws: `constant` where the values are all the same.
  private func scaling(
    of values: UnsafeMutableBufferPointer<Double>
  ) throws(SpectrumError) -> (shift: Double, factor: (slope: Double, start: Double)) {
    guard preset.scaling != .none else { return (0, (1, 0)) }
    let (low, high) = GridValues(values).range
    // What a blur leaves of a constant differs in the last digits.
    guard high - low > 1e-12 * max(abs(low), abs(high)), (high - low).isFinite else {
      throw SpectrumError(
        .constant, "has the same flux \(low) everywhere in the window \(Self.windowText)",
        hint: "the fibre saw nothing or the reduction failed: leave the spectrum out")
    }
    guard preset.scaling == .standardise else { return (low, (2 / (high - low), -1)) }
    let mean = GridValues(values).sum / Double(values.count)
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
    return (mean, (1 / variance.squareRoot(), 0))
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
    if let own = spectrum.metadata.resolution, own >= target { return nil }
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

  static let windowText = "6519–6732 Å"
}
