/// What a Simple Spectral Access service is asked for (SSA 1.1, section 4.1).
///
/// Services may ignore parameters that they do not know; ``SSAPService/query(_:)`` applies the constraints again to
/// the answer where it has the columns for it.
public struct SSAPQuery: Sendable {
  /// Centre of the region, ICRS, degrees; needs ``size``.
  public var position: (ra: Double, dec: Double)?
  /// Diameter of the region in degrees.
  ///
  /// DaCHS takes the number for the radius and refuses more than 90; what it sends too much is left out here.
  public var size: Double?
  /// Wavelengths in metres in vacuum that the spectra shall have; an infinite end is open.
  public var band: (lower: Double, upper: Double)?
  /// Dates of observation as MJD (UTC); an infinite end is open.
  public var time: (lower: Double, upper: Double)?
  /// A media type, or one of `all`, `compliant`, `native`, `graphic`, `votable`, `fits`, `xml`.
  public var format: String?
  /// The most rows wanted; without it the service's default holds (DaCHS: 10,000).
  public var maxrec: Int?
  /// Name of the object, as the archive writes it.
  public var targetName: String?
  /// Publisher's identifier of one dataset.
  public var publisherDID: String?
  /// Only what was changed since this date (MJD, UTC); for catching up with an archive.
  public var modifiedSince: Double?
  /// The least signal-to-noise ratio.
  public var minimumSNR: Double?
  /// The name of the collection, such as `LAMOST DR2`.
  public var collection: String?
  /// The flux calibration, such as `ABSOLUTE`, `RELATIVE` or `NORMALIZED`.
  public var fluxCalibration: String?
  /// The calibration of the wavelengths, such as `ABSOLUTE` (WAVECALIB).
  public var wavelengthCalibration: String?
  /// Redshifts; an infinite end is open.
  public var redshift: (lower: Double, upper: Double)?
  /// The class of the object, such as `star`.
  public var targetClass: String?
  /// Creator's identifier of one dataset.
  public var creatorDID: String?
  /// Only what was changed until this date (MJD, UTC).
  public var modifiedUntil: Double?
  /// The least resolving power λ/Δλ (SPECRP).
  public var minimumResolvingPower: Double?
  /// The coarsest resolution on the sky in degrees (SPATRES).
  public var spatialResolution: Double?
  /// The coarsest resolution in time, seconds (TIMERES).
  public var timeResolution: Double?
  /// Width of the aperture in degrees, for services that extract spectra (APERTURE).
  public var aperture: Double?
  /// Amplitudes of variability, 0 to 1 (VARAMPL).
  public var variability: (lower: Double, upper: Double)?
  /// Only the best of the matches by the service's score: so many (TOP).
  public var top: Int?
  /// Whether the service may compress what the access references lead to (COMPRESS).
  public var compress: Bool?
  /// A name for the query in the service's log (RUNID).
  public var runID: String?
  /// Whether wavelengths are meant at the source or at the observer; services take the latter unless told.
  public var bandFrame: BandFrame?
  /// Further parameters, sent as they are; they replace those of the same name.
  public var extra: [(String, String)]
  /// Form of the answer; DaCHS gives TABLEDATA unless told `application/x-votable+xml;serialization=BINARY2`.
  public var responseFormat: String?
  /// Whether the standard's parameter names go out in lower case: names are case-insensitive (DALI 1.1 §2.4), but some
  /// services know only one case.
  public var lowerCaseNames = false

  /// Where wavelengths are meant (SSA 1.1, section 4.1.1.3).
  public enum BandFrame: String, Sendable {
    /// At rest with the source.
    case source
    /// As observed.
    case observer
  }

  /// A query without constraints: everything the service has, up to its limit.
  public init(
    position: (ra: Double, dec: Double)? = nil, size: Double? = nil,
    band: (lower: Double, upper: Double)? = nil,
    time: (lower: Double, upper: Double)? = nil, format: String? = nil, maxrec: Int? = nil,
    targetName: String? = nil, publisherDID: String? = nil, modifiedSince: Double? = nil,
    minimumSNR: Double? = nil, collection: String? = nil, fluxCalibration: String? = nil,
    extra: [(String, String)] = [], responseFormat: String? = nil
  ) {
    self.position = position
    self.size = size
    self.band = band
    self.time = time
    self.format = format
    self.maxrec = maxrec
    self.targetName = targetName
    self.publisherDID = publisherDID
    self.modifiedSince = modifiedSince
    self.minimumSNR = minimumSNR
    self.collection = collection
    self.fluxCalibration = fluxCalibration
    self.extra = extra
    self.responseFormat = responseFormat
  }

  /// The address of the query at a service.
  ///
  /// - Parameter base: the access URL; a `?` and parameters of its own are kept.
  /// - Returns: `nil` if `base` is no http or https address.
  public func url(base: String) -> String? {
    WebAddress(base)?.adding(parameters, listSyntax: true).text
  }
}
