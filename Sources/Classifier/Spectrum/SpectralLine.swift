/// A spectral line in the neighbourhood of Hα.
public struct SpectralLine: Sendable, Equatable {
  /// Name as astronomers write it.
  public var name: String
  /// Rest wavelength in Å, vacuum.
  public var wavelength: Double

  /// Makes a line.
  public init(name: String, wavelength: Double) {
    self.name = name
    self.wavelength = wavelength
  }

  /// Hα.
  public static let hAlpha = SpectralLine(name: "Hα", wavelength: 6564.61)

  /// The lines that are marked in plots: Hα, [N II] (nebulae) and He I (hot stars).
  public static let marked: [SpectralLine] = [
    SpectralLine(name: "[N II]", wavelength: 6549.86), hAlpha,
    SpectralLine(name: "[N II]", wavelength: 6585.27), SpectralLine(name: "He I", wavelength: 6679.99),
  ]
}
