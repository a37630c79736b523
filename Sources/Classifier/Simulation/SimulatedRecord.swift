/// What is known of a simulated spectrum without making it.
public struct SimulatedRecord: Sendable {
  /// Number of the spectrum in its survey.
  public let index: Int
  /// Name of the file without extension, unique in the survey; the index can be read back from it.
  public let name: String
  /// Identifier of the star, the same in both surveys.
  public let star: Int
  /// Name of the object.
  public let objectName: String
  /// Right ascension of the fibre or the slit in degrees, ICRS.
  public let ra: Double
  /// Declination of the fibre or the slit in degrees, ICRS.
  public let dec: Double
  /// Distance of the fibre from the star in arcseconds, 0 as a rule.
  public let fibreOffset: Double
  /// Middle of the exposure, MJD (UTC).
  public let mjd: Double
  /// Exposure in seconds.
  public let exposure: Double
  /// Signal-to-noise ratio per pixel in the continuum near Hα.
  public let snr: Double
  /// Spectral type: `B2`; `C-N`, `C-R` and `C-H` for carbon stars, `CV`, `WN`, `WC`.
  public let spectralType: String
  /// Class of the noise-free profile after the instrument, by the rule of ``SimulatedSurvey``; the truth of a label.
  public let truth: SimulatedClass
  /// Class of the profile before the instrument.
  public let intrinsic: SimulatedClass
  /// What the spectrum is physically.
  public let nature: SimulatedNature
  /// Radial velocity of the star in km/s.
  public let radialVelocity: Double
  /// Projected rotation v sin i in km/s.
  public let rotation: Double
  /// Emission equivalent width of Hα in Å, positive for emission, 0 without.
  public let equivalentWidth: Double
  /// Separation of the peaks of the disc before broadening in km/s, 0 without a disc.
  public let peakSeparation: Double
  /// Part of the Galaxy the star belongs to.
  public let population: SimulatedPopulation
  /// Full width at half maximum of the emission line before the instrument in km/s, 0 without emission.
  public let lineWidth: Double
  /// Share of the continuum that is not the photosphere's, 0…1.
  public let veiling: Double
  /// Strength of He I 6678 relative to Hα, above the continuum, 0 without.
  public let heliumRatio: Double
  /// Equivalent width of Li I 6708 in absorption in Å, after veiling, 0 without.
  public let lithiumWidth: Double
  /// Strength of the bands of C₂ and CN, about 1 in a cool carbon star, 0 in others.
  public let carbon: Double
  /// Whether the disc has a third peak between its two.
  public let hasThirdPeak: Bool
  /// Flux beyond which the detector counted no further, in units of the continuum at Hα; nil as a rule.
  public let saturation: Double?
  /// Number of pixels near Hα that counted nothing.
  public let deadPixels: Int
  /// Standard deviation of the instrument's profile in km/s at Hα; its full width at half maximum is 2.355 times that.
  public let instrumentSigma: Double
  /// Wavelength of the first pixel in Å on the scale of the survey.
  public let firstWavelength: Double
  /// Wavelength of the last pixel in Å on the scale of the survey.
  public let lastWavelength: Double
  /// Number of pixels.
  public let length: Int
  /// Size of the FITS file in bytes.
  public let fileSize: Int
}
