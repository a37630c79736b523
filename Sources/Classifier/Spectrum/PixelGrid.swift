import Glibc

/// The wavelengths of a spectrum's pixels, in Å, as its file gives them.
enum PixelGrid {
  /// λᵢ = first + step · i.
  case linear(first: Double, step: Double, count: Int)
  /// λᵢ = 10^(first + step · i).
  case logarithmic(first: Double, step: Double, count: Int)
  /// Every wavelength by itself.
  case listed([Double])

  /// Number of pixels.
  var count: Int {
    switch self {
    case .linear(_, _, let count), .logarithmic(_, _, let count): count
    case .listed(let values): values.count
    }
  }

  /// Wavelength of a pixel in Å.
  func wavelength(_ index: Int) -> Double {
    switch self {
    case .linear(let first, let step, _): first + step * Double(index)
    case .logarithmic(let first, let step, _): pow(10, first + step * Double(index))
    case .listed(let values): values[index]
    }
  }

  /// Wavelengths of a range of pixels in Å.
  func wavelengths(_ range: Range<Int>) -> [Double] {
    if case .listed(let values) = self { return Array(values[range]) }
    return range.map(wavelength)
  }

  /// The first pixel at or above a wavelength in Å; the wavelengths must increase.
  /// - Complexity: O(log pixels).
  func firstPixel(from limit: Double) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = low + (high - low) / 2
      if wavelength(middle) < limit { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// Throws `badWavelengths` unless the wavelengths are optical (500 Å to 50 µm) and increase strictly.
  func validate() throws(SpectrumError) {
    guard count > 1 else {
      throw SpectrumError(.badWavelengths, count == 0 ? "has no pixels" : "has one pixel only")
    }
    let first = wavelength(0)
    let last = wavelength(count - 1)
    guard first >= 500, last <= 5e5, first < last else {
      throw SpectrumError(
        .badWavelengths,
        "has wavelengths from \(Self.text(first)) to \(Self.text(last)), which are no optical wavelengths in Å",
        hint: "a spectrum's axis must be a wavelength in Å, nm, µm or m, increasing")
    }
    guard case .listed(let values) = self else { return }
    for index in 1..<values.count where !(values[index] > values[index - 1]) {
      throw SpectrumError(
        .badWavelengths,
        "has wavelengths that do not increase at pixel \(index) (\(Self.text(values[index - 1])), "
          + "then \(Self.text(values[index])) Å)")
    }
  }

  private static func text(_ value: Double) -> String {
    value.isFinite && abs(value) < 1e9 ? "\((value * 100).rounded() / 100)" : "\(value)"
  }
}

/// Everything a layout found out about a spectrum before its pixels are decoded.
struct SpectrumDraft {
  /// Wavelengths as the file gives them.
  var grid: PixelGrid
  /// Air or vacuum.
  var scale: WavelengthScale
  /// What else is known.
  var metadata: SpectrumMetadata

  /// Which pixels are to be decoded, once the window is known to be covered.
  /// - Throws: `badWavelengths`, `notCovering`.
  func pixels(_ options: SpectrumReader.Options) throws(SpectrumError) -> Range<Int> {
    try grid.validate()
    guard let window = options.window else { return 0..<grid.count }
    let convert = { (vacuum: Double) in
      self.scale == .air ? WavelengthScale.airWavelength(vacuum: vacuum) : vacuum
    }
    let low = convert(window.lowerBound)
    let high = convert(window.upperBound)
    let first = grid.wavelength(0)
    let last = grid.wavelength(grid.count - 1)
    let isCovered =
      options.takesPart
      ? first <= high && last >= low
      : first <= low + SpectrumReader.tolerance && last >= high - SpectrumReader.tolerance
    guard isCovered else {
      let range = { (a: Double, b: Double) in "\((a * 10).rounded() / 10)–\((b * 10).rounded() / 10) Å" }
      throw SpectrumError(
        .notCovering,
        "covers \(range(first, last)) in \(scale.rawValue), not the window \(range(low, high))",
        hint: "ask the archive for spectra of the window, or choose another setting of the same star")
    }
    guard options.keepsWindowOnly else { return 0..<grid.count }
    let range = surroundings(low, high)
    return range.clamped(to: 0..<grid.count)
  }

  /// The pixels of a window and those around it that are kept with it, inside the grid or not.
  private func surroundings(_ low: Double, _ high: Double) -> Range<Int> {
    let start = min(grid.firstPixel(from: low - 12), grid.firstPixel(from: low) - 40)
    let end = max(grid.firstPixel(from: high + 12), grid.firstPixel(from: high) + 40)
    return start..<max(start, end)
  }

  /// Whether the grid, a part of that of `count` pixels, has all pixels that the whole one would give.
  func surroundsWindow(_ options: SpectrumReader.Options, at part: Range<Int>, of count: Int) -> Bool {
    guard options.keepsWindowOnly, let window = options.window, (try? grid.validate()) != nil else {
      return false
    }
    let ends = [window.lowerBound, window.upperBound].map {
      scale == .air ? WavelengthScale.airWavelength(vacuum: $0) : $0
    }
    let wanted = surroundings(ends[0], ends[1])
    let last = grid.wavelength(grid.count - 1)
    return (part.lowerBound == 0 || wanted.lowerBound >= 0 && grid.wavelength(0) < ends[0] - 12)
      && (part.upperBound == count || wanted.upperBound <= grid.count && last > ends[1] + 12)
  }

  /// The spectrum, from the decoded pixels of `range`.
  func spectrum(
    _ range: Range<Int>, flux: [Double], inverseVariance: [Double]? = nil, mask: [Double]? = nil
  ) -> Spectrum {
    Spectrum(
      wavelength: grid.wavelengths(range), scale: scale, flux: flux,
      inverseVariance: inverseVariance.map { $0.map { $0.isFinite ? max($0, 0) : 0 } },
      mask: mask.map { $0.map { UInt32(clamping: $0.isFinite ? Int(max(-1, min($0, 4_294_967_295))) : 1) } },
      metadata: metadata)
  }
}

extension PixelGrid {
  /// 10 to the power of each value.
  static func powersOfTen(_ values: [Double]) -> [Double] {
    values.map { pow(10, $0) }
  }
}

extension Range<Int> {
  /// The range as many places further.
  func moved(by offset: Int) -> Range<Int> { (lowerBound + offset)..<(upperBound + offset) }
}
