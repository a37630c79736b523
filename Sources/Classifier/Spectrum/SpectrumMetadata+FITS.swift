extension SpectrumMetadata {
  /// Metadata of a one-dimensional image: Ondřejov as reduced, BeSS, or another.
  init(image header: FITSHeader) {
    let telescope = header.string("TELESCOP") ?? ""
    if header.string("OBSERVAT")?.uppercased() == "ONDREJOV" || telescope.uppercased().hasPrefix("ZEISS-2M")
      || telescope.uppercased().hasPrefix("ONDREJOV") || telescope.uppercased().hasPrefix("ONDŘEJOV")
    {
      self.init(layout: .ondrejovNative, survey: .ondrejov)
    } else if header.has("BSS_VHEL") || header.has("BSS_INST") || header.has("BSS_SITE") {
      self.init(layout: .bess, survey: .bess)
    } else {
      self.init(layout: .image)
    }
    readCommon(header)
    switch survey {
    case .ondrejov:
      resolution = Self.resolution(of: .ondrejov)
      instrument = [header.string("INSTRUME"), header.string("DETECTOR")].compactMap(\.self)
        .joined(separator: ", ")
      if instrument?.isEmpty == true { instrument = telescope }
      note(header, "FILENAME", "DETECTOR", "CHIPID", "GRATANG", "DICHMIR", "SPECFILT", "EXPVAL", "VHELIO")
    case .bess:
      object = header.string("OBJNAME") ?? object
      instrument = header.string("BSS_INST") ?? header.string("INSTRUME")
      if let power = header.lenientDouble("BSS_ITRP") ?? header.lenientDouble("SPE_RPOW"), power > 100 {
        resolution = 6564.61 / power / 2.3548
      }
      note(header, "OBSERVER", "BSS_SITE", "BSS_ITRP", "BSS_VHEL", "BSS_NORM", "BSS_TELL", "VERSION")
      if fluxCalibration == nil, let mode = header.string("BSS_NORM"), mode.uppercased() != "NONE" {
        fluxCalibration = "NORMALIZED"
      }
    default:
      note(header, "FILENAME", "OBSERVER", "BUNIT")
    }
  }

  /// What all surveys write alike: object, position, date, exposure, instrument, whether it is simulated.
  ///
  /// Positions are taken as J2000 whatever EQUINOX says: at Ondřejov that card holds the date of
  /// observation, while the coordinates are J2000 (six stars against Hipparcos: 0–5″, not 118–528″). Some
  /// spectra from before October 2009 do seem to have coordinates of the date, up to 8′ away; nothing in
  /// their headers tells them apart.
  mutating func readCommon(_ header: FITSHeader) {
    object = header.string("OBJECT") ?? header.string("OBJNAME") ?? object
    ra = HeaderValue.rightAscension(header, "RA") ?? ra
    dec = HeaderValue.declination(header, "DEC") ?? dec
    exposure = header.lenientDouble("EXPTIME").flatMap { $0 >= 0 ? $0 : nil } ?? exposure
    if let date = header.string("DATE-OBS") {
      let time = header.string("UT") ?? header.string("UT-TIME")
      dateObs = HeaderValue.modifiedJulianDate(date, time: time)
    }
    if dateObs == nil, let julian = header.lenientDouble("JD-OBS") ?? header.lenientDouble("JD"), julian > 2e6
    {
      dateObs = julian - 2_400_000.5
    }
    instrument =
      [header.string("TELESCOP"), header.string("INSTRUME")].compactMap(\.self).joined(separator: " ")
    if instrument?.isEmpty == true { instrument = nil }
    if header.logical("SIMULATD") == true { isSimulated = true }
    if header.logical("SIMULATD") == true { note(header, "SIMULATD") }
  }

  /// Metadata of a LAMOST file of any release, from its primary header.
  mutating func readLAMOST(_ header: FITSHeader) {
    readCommon(header)
    if let designation = header.string("DESIG") {
      object = designation.hasPrefix("LAMOST ") ? String(designation.dropFirst(7)) : designation
    }
    instrument = survey == .lamostMRS ? "LAMOST MRS" : "LAMOST LRS"
    if let spectrograph = header.integer("SPID") { instrument?.append(", spectrograph \(spectrograph)") }
    snr = header.double("SNRR") ?? header.double("SN_R")
    if snr.map({ $0 <= -9 }) == true { snr = nil }
    fluxCalibration = "RELATIVE"
    resolution = Self.resolution(of: survey)
    note(
      header, "DATA_V", "OBSID", "PLANID", "SPID", "FIBERID", "OBJNAME", "OBJTYPE", "CLASS", "SUBCLASS", "Z",
      "HELIO_RV", "FILENAME")
  }

  /// Metadata of an SDSS `spec-` file, from its primary header.
  mutating func readSDSS(_ header: FITSHeader) {
    readCommon(header)
    ra = HeaderValue.rightAscension(header, "PLUG_RA") ?? ra
    dec = HeaderValue.declination(header, "PLUG_DEC") ?? dec
    // TAI-BEG counts seconds since MJD 0; TAI is ahead of UTC by about half a minute.
    if dateObs == nil, let seconds = header.double("TAI-BEG"), seconds > 4e9 { dateObs = seconds / 86400 }
    if dateObs == nil { dateObs = header.double("MJD") }
    if object == nil, let plate = header.integer("PLATEID"), let mjd = header.integer("MJD") {
      object = "plate \(plate), MJD \(mjd)" + (header.integer("FIBERID").map { ", fibre \($0)" } ?? "")
    }
    fluxCalibration = "ABSOLUTE"
    resolution = Self.resolution(of: .sdss)
    note(header, "PLATEID", "MJD", "FIBERID", "RUN2D")
  }

  /// Metadata of a Spectral Data Model table, whose cards stand in the table's own header.
  mutating func readSDM(_ header: FITSHeader, primary: FITSHeader) {
    readCommon(primary)
    let outer = instrument
    readCommon(header)
    publisherDID = header.string("DS_IDPUB")
    dateObs = header.lenientDouble("TMID").flatMap { $0 > 1 ? $0 : nil } ?? dateObs
    exposure = header.lenientDouble("TELAPSE") ?? exposure
    snr = header.lenientDouble("DER_SNR")
    fluxCalibration = header.string("FLUX_CAL")?.uppercased()
    instrument = header.string("INSTRUME") ?? outer
    note(header, "TITLE", "COLLECT1", "SRCCLASS", "REDSHIFT", "VODATE", "SPEC_CAL")
    identifySurvey(header.string("COLLECT1"), header.string("TITLE"))
    if resolution == nil, let width = header.lenientDouble("SPEC_RES"), width > 0, width < 1e-8 {
      resolution = width * 1e10 / 2.3548
    }
  }

  /// Guesses the survey of a Spectral Data Model from identifiers and names, and with it the resolution.
  mutating func identifySurvey(_ names: String?...) {
    let text = ([publisherDID, instrument, object] + names).compactMap { $0?.lowercased() }
      .joined(separator: " ")
    if text.hasPart("ccd700") || text.hasPart("coude700") || text.hasPart("ondrejov")
      || text.hasPart("ondřejov")
    {
      survey = .ondrejov
    } else if text.hasPart("lamost") {
      survey = text.hasPart("mrs") || text.hasPart("med-") ? .lamostMRS : .lamost
    }
    if survey == .lamost || survey == .lamostMRS, let name = object, name.hasPrefix("LAMOST ") {
      object = String(name.dropFirst(7))
    }
    resolution = Self.resolution(of: survey)
  }

  /// Standard deviation of the line profile at Hα in Å, where a survey has only one.
  ///
  /// LAMOST: 1.93 Å ⊕ 0.21 Å, the width that makes Ondřejov spectra of the same stars match best (median of
  /// 14 published pairs, R ≈ 1,440). The others are nominal resolving powers.
  static func resolution(of survey: SpectrumSurvey) -> Double? {
    switch survey {
    case .ondrejov: 0.21
    case .lamost: 1.94
    case .lamostMRS: 0.37
    case .sdss: 1.45
    case .bess, .other: nil
    }
  }

  /// The scale of a survey's wavelengths, unless a VACUUM card states it; notes which of the two it was.
  mutating func surveyScale(_ header: FITSHeader, _ usual: WavelengthScale) -> WavelengthScale {
    if let isVacuum = header.logical("VACUUM") {
      scaleOrigin = .stated
      return isVacuum ? .vacuum : .air
    }
    scaleOrigin = .survey
    return usual
  }

  /// The scale by the description or UCD of the spectral column, else by the survey, else as assumed.
  mutating func scale(description: String, _ options: SpectrumReader.Options) -> WavelengthScale {
    let text = description.lowercased()
    scaleOrigin = .stated
    if text.contains("vacuum") { return .vacuum }
    if text.contains("obs.atmos") || text.split(whereSeparator: { !$0.isLetter }).contains("air") {
      return .air
    }
    scaleOrigin = .survey
    switch survey {
    case .lamost, .lamostMRS, .sdss: return .vacuum
    case .ondrejov, .bess: return .air
    case .other:
      scaleOrigin = .assumed
      return options.assumedScale
    }
  }

  /// Keeps cards that have a value.
  mutating func note(_ header: FITSHeader, _ keywords: String...) {
    for keyword in keywords where card(keyword) == nil {
      if let value = header.text(keyword) { cards.append(Card(keyword: keyword, value: value)) }
    }
  }
}
