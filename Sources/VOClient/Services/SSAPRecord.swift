/// One row of an SSAP answer: one spectrum in one format.
///
/// Columns and PARAMs are found by utype, then UCD, then name. Codes such as −9999 count as missing.
public struct SSAPRecord: Sendable {
  /// Publisher's identifier (Curation.PublisherDID); rows of one spectrum in several formats share it.
  public var publisherDID: String?
  /// Creator's identifier (DataID.CreatorDID).
  public var creatorDID: String?
  /// Where the spectrum is fetched, absolute.
  public var accessURL: String?
  /// Media type as the service gives it; see ``MediaType``.
  public var format: String?
  /// Size in bytes; an estimate.
  public var size: Int?
  /// Title of the dataset.
  public var title: String?
  /// Name of the object.
  public var targetName: String?
  /// Class of the object, such as `star`.
  public var targetClass: String?
  /// Right ascension, ICRS, degrees in 0..<360.
  public var ra: Double?
  /// Declination, ICRS, degrees.
  public var dec: Double?
  /// Middle of the observation, MJD.
  public var dateObs: Double?
  /// Exposure in seconds.
  public var exposure: Double?
  /// Shortest wavelength in metres.
  public var spectralStart: Double?
  /// Longest wavelength in metres.
  public var spectralEnd: Double?
  /// Number of points.
  public var length: Int?
  /// Signal-to-noise ratio.
  public var snr: Double?
  /// Flux calibration: `ABSOLUTE`, `RELATIVE`, `NORMALIZED`, `UNCALIBRATED`.
  public var fluxCalibration: String?
  /// Calibration of the wavelengths, likewise.
  public var wavelengthCalibration: String?
  /// Resolving power λ/Δλ (Char.SpectralAxis.ResPower, or from the resolution).
  public var resolvingPower: Double?
  /// Width of the aperture in degrees.
  public var aperture: Double?
  /// Amplitude of the object's variability (Target.VarAmpl), 0 to 1.
  public var variability: Double?
  /// What several rows have in common (Association.ID).
  public var associationID: String?
  /// How they belong together (Association.Type), such as `MultiFormat`.
  public var associationType: String?
  /// Instrument.
  public var instrument: String?
  /// Collection.
  public var collection: String?
  /// Redshift.
  public var redshift: Double?
  /// When the dataset was last changed (Curation.Date), ISO 8601.
  public var modified: String?
  /// When the dataset was withdrawn (Dataset.Deleted), ISO 8601; `nil` while it is there.
  public var deleted: String?
  /// Address of a preview image.
  public var preview: String?
  /// Row of the table, from 0.
  public var row: Int

  /// An empty record of a row.
  public init(row: Int) {
    self.row = row
  }

  /// Whether rows of the same ``associationID`` are the same spectrum in other formats.
  public var isMultiFormat: Bool { associationType?.lowercased() == "multiformat" }

  /// The kinds of content that ``accessURL`` may give, for ``TransferRequest/expecting``; empty if unknown.
  public var contentKinds: Set<ContentKind> { format.map { MediaType($0).contentKinds } ?? [] }
}
