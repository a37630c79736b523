/// The FITS layout of the Ondřejov archive: a 1-D image as IRAF writes it.
enum OndrejovFile {
  /// Cards of the header, filled up with blank ones as IRAF does.
  private static let cards = 3 * 36

  /// Size of a file in bytes.
  static func size(pixels: Int) -> Int {
    let data = (pixels * 4 + FITSBytes.block - 1) / FITSBytes.block * FITSBytes.block
    return cards * 80 + data
  }

  /// The file of an observation.
  static func bytes(
    _ observation: SimulatedObservation, star: SimulatedStar, visit: OndrejovVisit, name: String,
    seed: UInt64,
    index: Int
  ) -> [UInt8] {
    let size = size(pixels: observation.flux.count)
    var file = FITSBytes(capacity: size)
    file.card("SIMPLE", true, "Fits standard")
    file.card("BITPIX", -32, "Bits per pixel")
    file.card("NAXIS", 1, "Number of axes")
    file.card("NAXIS1", observation.flux.count, "Axis length")
    file.card("EXTEND", false, "File may contain extensions")
    file.card("ORIGIN", "VOTrawl simulator", "This spectrum was never observed")
    file.card("SIMULATD", true, "Simulated data")
    file.card("SIMSEED", Int(truncatingIfNeeded: seed), "Seed of the simulation")
    file.card("SIMINDEX", index, "Number of the spectrum in the simulation")
    file.card("DATE", SimulationText.timestamp(mjd: visit.mjd), "Date FITS file was generated")
    file.card("OBJECT", "SIM " + SimulationText.padded(star.id + 1, 5), "Name of the simulated star")
    file.text("COMMENT", "Simulated by VOTrawl in the layout of Ondrejov CCD700 spectra.")
    file.card("OBSERVAT", "ONDREJOV", "Name of observatory (IRAF style)")
    file.card("LATITUDE", 49.910556, 6, "Telescope latitude  (degrees)")
    file.card("LONGITUD", 14.783611, 6, "Telescope longitude  (degrees)")
    file.card("HEIGHT", 528, "Height above sea level [m].")
    file.card("TELESCOP", "ZEISS-2m", "Telescope that is imitated")
    file.card("TELSYST", "COUDE", "Telescope setup - COUDE or CASSegrain")
    file.card("INSTRUME", "COUDE700", "Coude spectrograph setup")
    file.card("DETECTOR", visit.isPylon ? "PyLoN 2048x512BX" : "SITe 2000x800", "Name of the detector")
    file.card("CHIPID", visit.isPylon ? "E2V 42-10 BX" : "SITe005 800x2000", "Name of CCD chip")
    file.card("BUNIT", "ADU", "Unit of the array of image data")
    file.card("IMAGETYP", "object", "Type of observation, eg. FLAT")
    file.card("FILENAME", name + ".fit", "Name of the file")
    file.card("GRATNAME", "3", "Grating name - ID")
    file.card("GRATANG", 30.25, 2, "30:15")
    file.card("DICHMIR", visit.isPylon ? 2 : 1, "Dichroic mirror number")
    file.card("SPECFILT", 1, "Spectral filter")
    file.card("EXPTIME", visit.exposure, 3, "Length of observation excluding pauses")
    file.card("EXPVAL", visit.counts / 1e5, 3, "Exposure value in photon counts [Mcounts]")
    let start = visit.mjd - visit.exposure / 172_800
    file.card("DATE-OBS", SimulationText.date(mjd: start), "UTC date start of observation")
    file.card("UT", SimulationText.time(mjd: start), "UTC of  start of observation")
    file.card("UTMIDDLE", SimulationText.time(mjd: visit.mjd))
    file.card(
      "RA", SimulationText.sexagesimal(star.ra / 15, decimals: 3, signed: false), "Right ascension, J2000")
    file.card("DEC", SimulationText.sexagesimal(star.dec, decimals: 2, signed: true), "Declination, J2000")
    // As in the real files: the date of observation, though the position is for J2000.
    let equinox = 2000 + (visit.mjd - 51544.5) / 365.25
    file.card("EQUINOX", equinox, 6, "Equinox of RA and DEC")
    file.card("EPOCH", equinox, 6, "Same as EQUINOX - for back compat.")
    file.card("CAMFOCUS", raw: "", "Camera focus position")
    file.card("WCSDIM", 1)
    file.card("LTM1_1", raw: "1.")
    file.card("WAT0_001", "system=equispec")
    file.card("WAT1_001", "wtype=linear label=Wavelength units=angstroms")
    file.card("JD", visit.mjd + 2_400_000.5, 8)
    file.card("APNUM1", "1 1 34.04 54.06")
    file.card("CTYPE1", "LINEAR")
    file.card("CRVAL1", visit.firstWavelength, 12)
    file.card("CRPIX1", raw: "1.")
    file.card("CDELT1", visit.detector.dispersion, 12)
    file.card("CD1_1", visit.detector.dispersion, 12)
    file.card("DC-FLAG", 0)
    file.card("HJD", visit.mjd + 2_400_000.5 + visit.heliocentric / 28 * 0.005, 8)
    file.card("VHELIO", visit.heliocentric, 10)
    file.text("HISTORY", "Simulated by VOTrawl: seed \(seed), spectrum \(index).")
    while file.bytes.count < (cards - 1) * 80 { file.blank() }
    file.endHeader()
    file.append(observation.flux)
    file.endData()
    return file.bytes
  }
}
