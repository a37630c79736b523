/// A one-dimensional spectrum.
///
/// All arrays that are there are of the same length, the number of pixels; wavelengths increase strictly.
public struct Spectrum: Sendable, Equatable {
  /// Wavelength of each pixel's centre in Å, on ``scale``, increasing strictly.
  public var wavelength: [Double]
  /// Whether the wavelengths are in air or in vacuum.
  public var scale: WavelengthScale
  /// Flux per pixel, in the unit of the file (counts, or 1e-17 erg/s/cm²/Å, or relative).
  public var flux: [Double]
  /// Inverse variance of the flux, in units of flux⁻²; zero where the flux means nothing.
  public var inverseVariance: [Double]?
  /// Bits of what is wrong with a pixel in any exposure (the `ORMASK` of LAMOST and SDSS); zero is good.
  public var mask: [UInt32]?
  /// What else is known.
  public var metadata: SpectrumMetadata

  /// Makes a spectrum of its parts.
  /// - Precondition: All arrays have the same length.
  public init(
    wavelength: [Double], scale: WavelengthScale, flux: [Double], inverseVariance: [Double]? = nil,
    mask: [UInt32]? = nil, metadata: SpectrumMetadata
  ) {
    precondition(wavelength.count == flux.count, "as many fluxes as wavelengths")
    precondition(inverseVariance.map { $0.count == flux.count } ?? true, "as many variances as fluxes")
    precondition(mask.map { $0.count == flux.count } ?? true, "as many mask values as fluxes")
    self.wavelength = wavelength
    self.scale = scale
    self.flux = flux
    self.inverseVariance = inverseVariance
    self.mask = mask
    self.metadata = metadata
  }

  /// Number of pixels.
  public var count: Int { flux.count }

  /// Wavelengths in vacuum, in Å.
  /// - Complexity: O(pixels) for a spectrum in air, O(1) for one in vacuum.
  public var vacuumWavelength: [Double] {
    switch scale {
    case .vacuum: wavelength
    case .air: wavelength.map(WavelengthScale.vacuumWavelength(air:))
    }
  }

  /// First and last wavelength in vacuum, in Å; `nil` without pixels.
  public var vacuumRange: ClosedRange<Double>? {
    guard let first = wavelength.first, let last = wavelength.last else { return nil }
    switch scale {
    case .vacuum: return first...last
    case .air:
      return WavelengthScale.vacuumWavelength(air: first)...WavelengthScale.vacuumWavelength(air: last)
    }
  }

  /// The same spectrum with its wavelengths on another scale; the flux is not resampled.
  public func on(_ scale: WavelengthScale) -> Spectrum {
    guard scale != self.scale else { return self }
    var other = self
    other.scale = scale
    other.wavelength =
      switch scale {
      case .vacuum: wavelength.map(WavelengthScale.vacuumWavelength(air:))
      case .air: wavelength.map(WavelengthScale.airWavelength(vacuum:))
      }
    return other
  }

  /// Whether pixel `index` is usable: finite, not masked, and of positive weight where weights are known.
  public func isGood(_ index: Int) -> Bool {
    flux[index].isFinite && (mask.map { $0[index] == 0 } ?? true)
      && (inverseVariance.map { $0[index] > 0 } ?? true)
  }

  /// The range of pixels whose vacuum wavelength lies in `window`.
  /// - Complexity: O(log pixels).
  public func pixels(inVacuum window: ClosedRange<Double>) -> Range<Int> {
    func bound(_ isBelow: (Double) -> Bool) -> Int {
      var low = 0
      var high = wavelength.count
      while low < high {
        let middle = low + (high - low) / 2
        let value =
          scale == .air
          ? WavelengthScale.vacuumWavelength(air: wavelength[middle]) : wavelength[middle]
        if isBelow(value) { low = middle + 1 } else { high = middle }
      }
      return low
    }
    let first = bound { $0 < window.lowerBound }
    return first..<max(first, bound { $0 <= window.upperBound })
  }

  /// The pixels in `range` only.
  public func cut(to range: Range<Int>) -> Spectrum {
    var part = self
    part.wavelength = Array(wavelength[range])
    part.flux = Array(flux[range])
    part.inverseVariance = inverseVariance.map { Array($0[range]) }
    part.mask = mask.map { Array($0[range]) }
    return part
  }
}
