/// The pixels of a spectrum that hold no flux, and the bridges over them.
///
/// A reduction writes a flux of exactly 0 where it has nothing, and an inverse variance of 0 with it: 1 to 4 pixels in
/// the window of 15 of 130 spectra of LAMOST DR10. One such pixel is the minimum that min–max scaling starts from.
///
/// An inverse variance of 0 alone says nothing of the kind. LAMOST also gives it to pixels that its rejection of cosmic
/// rays took for one, and there the flux is good: in 4 of 5 emission-line stars of the published pairs these pixels
/// *are* the line. Nor do the masks tell: of pixels without flux some have no bit in one mask, some none in the other.
struct FluxGaps {
  /// How far on either side of Hα (6564.61 Å in vacuum) the line may reach, Å.
  private static let core = 6554.61...6574.61
  /// Longest gap in the core, from good pixel to good pixel in Å: a line of LAMOST is 4.6 Å wide (FWHM).
  private static let widest = 5.0
  /// Largest share of the window that may be lacking.
  private static let share = 0.2

  private let spectrum: Spectrum
  /// The pixels that are looked at.
  private let used: Range<Int>
  /// Whether pixels of flux 0 are lacking, too, not only those that are not finite.
  private let zerosLack: Bool

  /// The gaps of a spectrum.
  ///
  /// - Parameters:
  ///   - reach: Pixels on either side of the window that the vector depends on.
  ///   - bridgesZeros: Whether pixels of flux 0 may be gaps: with an inverse variance of 0, or where no inverse
  ///     variance is known as long as they are few, for the continuum of a line alone is 0 everywhere.
  init(_ spectrum: Spectrum, reach: Int, bridgesZeros: Bool) {
    self.spectrum = spectrum
    let window = spectrum.pixels(inVacuum: FeaturePreset.window)
    used = max(0, window.lowerBound - reach)..<min(spectrum.count, window.upperBound + reach + 1)
    let zeros = window.count { spectrum.flux[$0] == 0 }
    zerosLack =
      bridgesZeros && (spectrum.inverseVariance != nil || Double(zeros) <= Self.share * Double(window.count))
  }

  /// Whether a spectrum may have gaps in the window and `reach` pixels beside it: any pixel that is 0 or not finite.
  /// - Complexity: O(pixels of the window), some 50 ns for LAMOST.
  static func mayBe(in spectrum: Spectrum, reach: Int) -> Bool {
    let window = spectrum.scale == .air ? airWindow : FeaturePreset.window
    let first = max(0, firstPixel(of: spectrum.wavelength, from: window.lowerBound) - reach - 1)
    let end = min(spectrum.count, firstPixel(of: spectrum.wavelength, from: window.upperBound) + reach + 2)
    return spectrum.flux.withUnsafeBytes { bytes in
      let size = MemoryLayout<SIMD8<Double>>.size
      var isOdd = SIMDMask<SIMD8<Int64>>(repeating: false)
      var offset = first * MemoryLayout<Double>.size
      while offset &+ size <= end * MemoryLayout<Double>.size {
        let values = bytes.loadUnaligned(fromByteOffset: offset, as: SIMD8<Double>.self)
        // Not finite times 0 is not 0.
        isOdd .|= (values .== 0) .| (values * 0 .!= 0)
        offset &+= size
      }
      return any(isOdd)
        || spectrum.flux[(offset / MemoryLayout<Double>.size)..<end].contains { $0 == 0 || !$0.isFinite }
    }
  }

  private static let airWindow =
    WavelengthScale.airWavelength(
      vacuum: FeaturePreset.window.lowerBound)...WavelengthScale.airWavelength(
      vacuum: FeaturePreset.window.upperBound)

  /// The first pixel at or behind a wavelength on the scale of the spectrum.
  private static func firstPixel(of wavelength: [Double], from place: Double) -> Int {
    var (low, high) = (0, wavelength.count)
    while low < high {
      let middle = (low + high) / 2
      if wavelength[middle] < place { low = middle + 1 } else { high = middle }
    }
    return low
  }

  private func isLacking(_ pixel: Int) -> Bool {
    let flux = spectrum.flux[pixel]
    guard flux.isFinite else { return true }
    return zerosLack && flux == 0 && (spectrum.inverseVariance.map { $0[pixel] == 0 } ?? true)
  }

  /// The flux with straight lines over the gaps, `nil` where there are none; at the ends the next good pixel is repeated.
  ///
  /// - Parameter limited: Whether a spectrum that lacks too much is refused.
  /// - Throws: `constant` where no pixel is left; `incomplete` where more than a fifth of the window is lacking, or a
  ///   gap within 10 Å of Hα is longer than 5 Å.
  func bridged(limited: Bool) throws(SpectrumError) -> [Double]? {
    let lacking = used.filter(isLacking)
    if lacking.isEmpty { return nil }
    guard lacking.count < used.count else {
      throw SpectrumError(
        .constant, "has no flux in the window \(FeatureExtractor.windowText)",
        hint: "the fibre saw nothing or the reduction failed: leave the spectrum out")
    }
    if limited { try demandMost(lacking) }
    var flux = spectrum.flux
    for gap in Self.runs(lacking) {
      let (left, right) = (gap.lowerBound - 1, gap.upperBound)
      for pixel in gap {
        guard left >= used.lowerBound, right < used.upperBound else {
          flux[pixel] = flux[left >= used.lowerBound ? left : right]
          continue
        }
        flux[pixel] = flux[left] + Double(pixel - left) / Double(right - left) * (flux[right] - flux[left])
      }
    }
    return flux
  }

  private func demandMost(_ lacking: [Int]) throws(SpectrumError) {
    let window = spectrum.pixels(inVacuum: FeaturePreset.window)
    let count = lacking.count { window.contains($0) }
    let hint = "the detector or the reduction lost them: leave the spectrum out, or take another of the star"
    guard Double(count) <= Self.share * Double(window.count) else {
      throw SpectrumError(
        .incomplete,
        "lacks the flux of \(count) of \(window.count) pixels in the window \(FeatureExtractor.windowText)",
        hint: hint)
    }
    let place = { (pixel: Int) in
      spectrum.scale == .air
        ? WavelengthScale.vacuumWavelength(air: spectrum.wavelength[pixel]) : spectrum.wavelength[pixel]
    }
    for gap in Self.runs(lacking) where gap.lowerBound > used.lowerBound && gap.upperBound < used.upperBound {
      let (from, to) = (place(gap.lowerBound - 1), place(gap.upperBound))
      guard to - from > Self.widest, from < Self.core.upperBound, to > Self.core.lowerBound else { continue }
      let text = { (value: Double) in "\((value * 10).rounded() / 10)" }
      throw SpectrumError(
        .incomplete, "lacks the flux from \(text(from)) to \(text(to)) Å in vacuum, where Hα is", hint: hint)
    }
  }

  /// Runs of consecutive numbers.
  private static func runs(_ pixels: [Int]) -> [Range<Int>] {
    var runs: [Range<Int>] = []
    for pixel in pixels {
      if let last = runs.last, last.upperBound == pixel {
        runs[runs.count - 1] = last.lowerBound..<(pixel + 1)
      } else {
        runs.append(pixel..<(pixel + 1))
      }
    }
    return runs
  }
}
