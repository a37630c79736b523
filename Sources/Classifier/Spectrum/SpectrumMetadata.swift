/// What is known about a spectrum besides its pixels.
///
/// Nothing here is needed to make a feature vector; what a file does not say is `nil`.
public struct SpectrumMetadata: Sendable, Equatable {
  /// How the file was laid out.
  public var layout: SpectrumLayout
  /// Which survey made it.
  public var survey: SpectrumSurvey
  /// Name of the object as the file has it; for LAMOST the designation `Jhhmmss.ss±ddmmss.s` without its
  /// prefix `LAMOST`, as the catalogues have it.
  public var object: String?
  /// Right ascension, ICRS (or FK5 J2000, the same to 0.03″), in degrees, 0 to 360.
  public var ra: Double?
  /// Declination, ICRS (or FK5 J2000), in degrees, −90 to 90.
  public var dec: Double?
  /// Date of observation as Modified Julian Date, UTC.
  ///
  /// From `DATE-OBS` (with `UT` where that has no time of day): start of exposure at Ondřejov, middle at
  /// LAMOST. Never from LAMOST's `MJD` cards, which are off by one day in either direction.
  public var dateObs: Double?
  /// Exposure time in seconds.
  public var exposure: Double?
  /// IVOA identifier under which the publisher knows the spectrum.
  public var publisherDID: String?
  /// Signal to noise ratio per pixel near Hα (r band, red arm), as the file states it.
  public var snr: Double?
  /// State of the flux: `UNCALIBRATED`, `RELATIVE`, `NORMALIZED`, … as the file states it.
  public var fluxCalibration: String?
  /// Telescope and instrument.
  public var instrument: String?
  /// Whether the spectrum was simulated, not observed (FITS card `SIMULATD`, VOTable PARAM `simulated`).
  public var isSimulated: Bool
  /// How it is known whether the wavelengths are in air or in vacuum.
  public var scaleOrigin: WavelengthScaleOrigin
  /// Standard deviation of the instrument's line profile near Hα, in Å, where the instrument is known.
  public var resolution: Double?
  /// Other cards worth showing, such as release, class, redshift, plan and fibre.
  public var cards: [Card]

  /// A keyword and its value as text.
  public struct Card: Sendable, Equatable {
    /// Keyword, in capitals.
    public var keyword: String
    /// Value, without quotes and trailing blanks.
    public var value: String

    /// Makes a card.
    public init(keyword: String, value: String) {
      self.keyword = keyword
      self.value = value
    }
  }

  /// Metadata in which everything but the layout is unknown.
  public init(layout: SpectrumLayout, survey: SpectrumSurvey = .other) {
    self.layout = layout
    self.survey = survey
    isSimulated = false
    scaleOrigin = .assumed
    cards = []
  }

  /// The value of the first card with this keyword, or `nil`.
  public func card(_ keyword: String) -> String? {
    cards.first { $0.keyword == keyword }?.value
  }
}
