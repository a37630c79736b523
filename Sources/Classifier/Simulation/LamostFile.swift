/// The FITS layout of LAMOST's data releases 3 to 8: an image of five rows.
enum LamostFile {
  private static let cards = 3 * 36

  /// Size of a file in bytes.
  static let size =
    cards * 80
    + (5 * LamostSpectrograph.pixels * 4 + FITSBytes.block - 1) / FITSBytes.block * FITSBytes.block

  /// The file of an observation.
  static func bytes(
    _ observation: SimulatedObservation, star: SimulatedStar, offset: Double, visit: LamostVisit,
    survey: SimulatedSurvey, index: Int
  ) -> [UInt8] {
    var file = FITSBytes(capacity: size)
    addIdentity(to: &file, name: survey.name(index), survey: survey, index: index)
    addObservation(to: &file, star: star, offset: offset, visit: visit, survey: survey, index: index)
    addReduction(to: &file, star: star, visit: visit)
    file.text("HISTORY", "Simulated by VOTrawl: seed \(survey.seed), spectrum \(index).")
    while file.bytes.count < (cards - 1) * 80 { file.blank() }
    file.endHeader()
    file.append(observation.flux)
    file.append(observation.inverseVariance)
    file.append(LamostSpectrograph.singleWavelengths)
    file.append(observation.andMask)
    file.append(observation.orMask)
    file.endData()
    return file.bytes
  }

  private static func addIdentity(
    to file: inout FITSBytes, name: String, survey: SimulatedSurvey, index: Int
  ) {
    file.append(cards: opening)
    file.card("FILENAME", name + ".fits")
    file.card("OBSID", 900_000_000 + index, "Unique number ID of this spectrum")
    file.card("SIMSEED", Int(truncatingIfNeeded: survey.seed), "Seed of the simulation")
    file.card("SIMINDEX", index, "Number of the spectrum in the simulation")
    file.append(cards: telescope)
  }

  private static func addObservation(
    to file: inout FITSBytes, star: SimulatedStar, offset: Double, visit: LamostVisit,
    survey: SimulatedSurvey,
    index: Int
  ) {
    let place = survey.lamostPlan.place(of: index)
    let (spectrograph, fibre) = SimulatedSurvey.fibre(of: index)
    let half = visit.exposure / 172_800
    // Begin and end are local time, eight hours ahead of UTC.
    let local = visit.mjd + 8.0 / 24
    file.card("DATE-OBS", SimulationText.timestamp(mjd: visit.mjd), "The observation median UTC")
    file.card(
      "DATE-BEG", SimulationText.timestamp(mjd: local - half) + ".0", "The observation start local time")
    file.card(
      "DATE-END", SimulationText.timestamp(mjd: local + half) + ".0", "The observation end local time")
    file.card("LMJD", Int(visit.mjd) + 1, "Local Modified Julian Day")
    file.card("MJD", Int(visit.mjd), "Modified Julian Day")
    file.card("PLANID", survey.lamostPlan.planID(plate: place.plate), "Plan ID in use")
    file.card("RA", star.ra, 6, "[deg] Right ascension of object")
    file.card("DEC", star.dec, 6, "[deg] Declination of object")
    file.card("RA_OBS", star.ra, 6, "[deg] Right ascension during observing")
    file.card("DEC_OBS", star.dec, 6, "[deg] Declination during observing")
    file.card("OFFSET", offset > 0, "Whether there's a offset during observing")
    file.card("OFFSET_V", offset, 2, "Offset value in arcsecond")
    let designation = survey.designation(ra: star.ra, dec: star.dec)
    file.card("DESIG", "LAMOST " + designation, "Designation in LAMOST style; simulated")
    file.card("FIBERID", fibre, "Fiber ID of Object")
    file.card("SPID", spectrograph, "Spectrograph ID")
    let object =
      star.id < LamostPlan.firstStar ? "SIM " + SimulationText.padded(star.id + 1, 5) : designation
    file.card("OBJNAME", object, "Name of object")
    file.append(cards: exposure)
  }

  private static func addReduction(to file: inout FITSBytes, star: SimulatedStar, visit: LamostVisit) {
    file.append(cards: reduction)
    let isNoise = star.model.nature == .noise
    file.card("CLASS", isNoise ? "Unknown" : "STAR", "Class of object")
    file.card("SUBCLASS", isNoise ? "Non" : subclass(of: star), "Subclass of object")
    file.card(
      "Z", isNoise ? -9999 : star.velocity / SimulationMath.lightSpeed, 8, "Redshift of object")
    // Relative to the red: hot stars are brighter in the blue, and every band has its noise.
    let blueness = (star.type.temperature - 6500) / 10000
    let snr = isNoise ? 1 : visit.snr
    file.card("SNRU", snr * max(0.15 + 0.1 * blueness, 0.03), 2, "SNR of u filter")
    file.card("SNRG", snr * max(0.6 + 0.25 * blueness, 0.15), 2, "SNR of g filter")
    file.card("SNRR", snr, 2, "SNR of r filter")
    file.card("SNRI", snr * max(1 - 0.3 * blueness, 0.4), 2, "SNR of i filter")
    file.card("SNRZ", snr * max(0.8 - 0.35 * blueness, 0.25), 2, "SNR of z filter")
  }

  /// The subclass as the survey's own pipeline names it, which knows carbon stars and cataclysmic variables.
  private static func subclass(of star: SimulatedStar) -> String {
    star.carbon > 0 ? "Carbon" : star.typeName
  }

  private static let opening = prepared { file in
    file.card("SIMPLE", true, "Primary Header created by VOTrawl")
    file.card("BITPIX", -32)
    file.card("NAXIS", 2, "Number of array dimensions")
    file.card("NAXIS1", LamostSpectrograph.pixels)
    file.card("NAXIS2", 5)
    file.card("EXTEND", true)
    file.blank()
    file.text("COMMENT", "--------FILE INFORMATION")
    file.card("SIMULATD", true, "Simulated data")
    file.text("COMMENT", "Simulated by VOTrawl in the layout of LAMOST spectra; never observed.")
    file.card("AUTHOR", "VOTrawl simulator", "Who compiled the information")
    file.card("DATA_V", "LAMOST DR5 simulated", "Data release whose layout is imitated")
    file.card("EXTEN0", "Flux, Inverse, Wavelength, Andmask, Ormask")
    file.card("N_EXTEN", 1, "The extension number")
    file.card("EXTNAME", "Flux", "The extension name")
    file.card("ORIGIN", "VOTrawl", "Program that made this file")
    file.card("DATE", "2026-01-01T00:00:00", "Time when this HDU is created (UTC)")
  }

  private static let telescope = prepared { file in
    file.text("COMMENT", "--------TELESCOPE PARAMETERS")
    file.card("TELESCOP", "LAMOST", "Telescope that is imitated")
    file.card("LONGITUD", 117.58, 2, "[deg] Longitude of site")
    file.card("LATITUDE", 40.39, 2, "[deg] Latitude of site")
    file.text("COMMENT", "--------OBSERVATION PARAMETERS")
  }

  private static let exposure = prepared { file in
    file.card("OBJTYPE", "Star", "Object type from input catalog")
    file.card("TSOURCE", "VOTrawl", "Name of input catalog")
    file.card("FIBERTYP", "Obj", "Fiber type of object")
    file.card("FIBERMAS", 0, "Bitmask of warning values, 0 means all is well")
    file.card("OBS_TYPE", "OBJ", "The type of target (OBJ, FLAT, ARC or BIAS)")
    file.card("RADECSYS", "FK5", "Equatorial coordinate system")
    file.card("EQUINOX", 2000, 2, "Equinox in years")
    file.card("NEXP", 3, "Number of valid exposures")
    file.card("EXPTIME", 1800, 2, "[s] Minimum of exposure time for all cameras")
    file.text("COMMENT", "--------DATA REDUCTION PARAMETERS")
  }

  private static let reduction = prepared { file in
    file.card("HELIO", true, "Heliocentric correction")
    file.card("VACUUM", true, "Wavelengths are in vacuum")
    file.card("NWORDER", 2, "Number of linear-log10 coefficients")
    file.card("WFITTYPE", "LOG-LINEAR", "Linear-log10 dispersion")
    file.card("COEFF0", LamostSpectrograph.firstLogarithm, 4, "Central wavelength (log10) of first pixel")
    file.card("COEFF1", LamostSpectrograph.logarithmStep, 4, "Log10 dispersion per pixel")
    file.card("WAT0_001", "system=linear")
    file.card("WAT1_001", "wtype=linear label=Wavelength units=Angstroms")
    file.card("CRVAL1", LamostSpectrograph.firstLogarithm, 4, "Central wavelength (log10) of first pixel")
    file.card("CD1_1", LamostSpectrograph.logarithmStep, 4, "Log10 dispersion per pixel")
    file.card("CRPIX1", 1, "Starting pixel (1-indexed)")
    file.card("CTYPE1", "LINEAR")
    file.card("DC-FLAG", 1, "Log-linear flag")
    file.text("COMMENT", "--------SPECTRA ANALYSIS RESULTS")
    file.card("VERSPIPE", "simulated", "Version of Pipeline")
  }

  private static func prepared(_ fill: (inout FITSBytes) -> Void) -> [UInt8] {
    var file = FITSBytes()
    fill(&file)
    return file.bytes
  }
}
