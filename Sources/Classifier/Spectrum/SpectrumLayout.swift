/// The ways in which the archives lay out a spectrum in a file.
public enum SpectrumLayout: String, Sendable, Codable, CaseIterable {
  /// Ondřejov 2 m telescope, as reduced: IRAF one-dimensional FITS image, linear in air wavelength.
  case ondrejovNative
  /// Spectral Data Model in a FITS binary table (columns `spectral`, `flux` …), as DaCHS cut-outs are.
  case sdmTable
  /// Spectral Data Model in a VOTable of any serialisation.
  case sdmVOTable
  /// Bare columns of numbers, as DaCHS serves for `text/csv` and `text/plain`.
  case text
  /// LAMOST DR1: image of 5 rows, where row 2 is a *normalised flux*.
  case lamostDR1
  /// LAMOST DR2: image of 5 rows in double precision, where row 2 is the wavelength.
  case lamostDR2
  /// LAMOST DR3 to DR8: image of 5 rows, where row 2 is the wavelength.
  case lamostDR3
  /// LAMOST DR9 and later: table `COADD` of one row of vectors behind a primary header without data.
  case lamostDR9
  /// LAMOST medium resolution: tables per arm and exposure; the co-added red arm is read.
  case lamostMRS
  /// SDSS `spec-` files: table `COADD` with `loglam`.
  case sdss
  /// BeSS and other amateur spectra: one-dimensional FITS image, linear in air wavelength.
  case bess
  /// Any other one-dimensional FITS image with a linear or log-linear dispersion.
  case image
  /// Any other FITS table with a wavelength and a flux column.
  case table

  /// What the layout is called in messages and summaries.
  public var name: String {
    switch self {
    case .ondrejovNative: "Ondřejov native (IRAF 1-D image)"
    case .sdmTable: "Spectral Data Model (FITS table)"
    case .sdmVOTable: "Spectral Data Model (VOTable)"
    case .text: "columns of text"
    case .lamostDR1: "LAMOST DR1 (5-row image, row 2 normalised flux)"
    case .lamostDR2: "LAMOST DR2 (5-row image, double precision)"
    case .lamostDR3: "LAMOST DR3–DR8 (5-row image)"
    case .lamostDR9: "LAMOST DR9+ (COADD table)"
    case .lamostMRS: "LAMOST medium resolution (red arm)"
    case .sdss: "SDSS spec (COADD table)"
    case .bess: "BeSS (1-D image)"
    case .image: "1-D FITS image"
    case .table: "FITS table"
    }
  }
}

/// The survey or archive a spectrum comes from, which decides its resolution and its wavelength scale.
public enum SpectrumSurvey: String, Sendable, Codable, CaseIterable {
  /// Ondřejov Perek 2 m telescope, coudé spectrograph, R ≈ 13,000.
  case ondrejov
  /// LAMOST low resolution survey, R ≈ 1,440 at Hα as measured.
  case lamost
  /// LAMOST medium resolution survey, R ≈ 7,500.
  case lamostMRS
  /// Sloan Digital Sky Survey, R ≈ 1,900 at Hα.
  case sdss
  /// BeSS database of amateur spectra, of any resolution.
  case bess
  /// Not known.
  case other
}
