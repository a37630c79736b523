/// The medium in which wavelengths are given.
///
/// Hα is at 6564.61 Å in vacuum and at 6562.80 Å in air, a difference of 83 km/s, more than a LAMOST pixel.
public enum WavelengthScale: String, Sendable, Codable, CaseIterable {
  /// Wavelengths in standard air (Ondřejov, amateur spectra).
  case air
  /// Wavelengths in vacuum (LAMOST, SDSS).
  case vacuum

  /// A wavelength in vacuum, from one in air.
  ///
  /// The formula is that of N. Piskunov for the VALD database, the one the published preprocessing used.
  /// - Parameter air: Wavelength in standard air, in Å, from 2000 upwards.
  /// - Returns: Wavelength in vacuum, in Å.
  /// - Complexity: O(1), some ten floating point operations.
  @inlinable
  public static func vacuumWavelength(air: Double) -> Double {
    let s = 1e4 / air
    let s2 = s * s
    let n =
      1 + 8.336624212083e-5 + 0.02408926869968 / (130.1065924522 - s2)
      + 1.599740894897e-4 / (38.92568793293 - s2)
    return air * n
  }

  /// A wavelength in standard air, from one in vacuum.
  ///
  /// Solves ``vacuumWavelength(air:)`` for its argument, so that there and back gives the same number to
  /// 1e-9 Å, which the formula usually given for this direction does not.
  /// - Parameter vacuum: Wavelength in vacuum, in Å, from 2000 upwards.
  /// - Returns: Wavelength in standard air, in Å.
  /// - Complexity: O(1), three evaluations of the formula.
  @inlinable
  public static func airWavelength(vacuum: Double) -> Double {
    // The refractive index hardly changes with wavelength, so each step gains several digits.
    var air = vacuum / 1.000276
    for _ in 0..<3 { air *= vacuum / vacuumWavelength(air: air) }
    return air
  }
}

/// How the scale of a spectrum's wavelengths is known.
public enum WavelengthScaleOrigin: String, Sendable, Codable {
  /// The file says so (a `VACUUM` card, a column's description or UCD).
  case stated
  /// The survey that made the file is known to use it.
  case survey
  /// The sampling shows it: steps of 1e-4 in log10 λ are those of the LAMOST and SDSS pipelines, in vacuum.
  case sampling
  /// Nothing says so; this is the reader's ``SpectrumReader/Options/assumedScale``.
  case assumed
}
