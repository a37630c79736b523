extension SSAPQuery {
  /// Why the query cannot be sent, if so.
  var problem: String? {
    if (position == nil) != (size == nil) {
      return "a position needs a size and a size a position: services ignore one alone and send everything"
    }
    if let position, !(position.ra.isFinite && abs(position.dec) <= 90) {
      return "the position \(position.ra), \(position.dec) is not on the sky"
    }
    if let size, !(size > 0 && size <= 360) { return "the size \(size) is not between 0 and 360 degrees" }
    if let maxrec, maxrec < 0 { return "MAXREC must not be negative" }
    if let top, top < 1 { return "TOP must be at least 1" }
    for range in [band, time, redshift, variability] {
      if let range, !(range.lower <= range.upper) {
        return "the range \(range.lower)…\(range.upper) is empty"
      }
    }
    return nil
  }

  /// The parameters of the protocol, not encoded.
  var parameters: [(String, String)] {
    var list: [(String, String)] = [("REQUEST", "queryData")]
    if let position {
      let ra = position.ra.truncatingRemainder(dividingBy: 360)
      list.append(("POS", "\(PlainNumber.text(ra < 0 ? ra + 360 : ra)),\(PlainNumber.text(position.dec))"))
    }
    if let size { list.append(("SIZE", PlainNumber.text(size))) }
    if let band {
      let frame = bandFrame.map { ";" + $0.rawValue } ?? ""
      list.append(("BAND", PlainNumber.range(band.lower, band.upper) + frame))
    }
    if let time {
      let ends = [time.lower, time.upper].map { $0.isFinite ? ISODate.text(mjd: $0) : "" }
      list.append(("TIME", ends.joined(separator: "/")))
    }
    if let format {
      // The word `fits` means tables alone to some services, and lists are allowed.
      let isFITS = format.lowercased() == "fits"
      list.append(("FORMAT", isFITS ? "fits,image/fits,application/fits" : format))
    }
    if let targetName { list.append(("TARGETNAME", targetName)) }
    if let publisherDID { list.append(("PUBDID", publisherDID)) }
    if modifiedSince != nil || modifiedUntil != nil {
      let ends = [modifiedSince, modifiedUntil].map { $0.map(ISODate.text(mjd:)) ?? "" }
      list.append(("MTIME", ends.joined(separator: "/")))
    }
    if let minimumSNR { list.append(("SNR", PlainNumber.text(minimumSNR) + "/")) }
    if let collection { list.append(("COLLECTION", collection)) }
    if let fluxCalibration { list.append(("FLUXCALIB", fluxCalibration)) }
    if let wavelengthCalibration { list.append(("WAVECALIB", wavelengthCalibration)) }
    if let redshift { list.append(("REDSHIFT", PlainNumber.range(redshift.lower, redshift.upper))) }
    if let targetClass { list.append(("TARGETCLASS", targetClass)) }
    if let creatorDID { list.append(("CREATORDID", creatorDID)) }
    if let minimumResolvingPower { list.append(("SPECRP", PlainNumber.text(minimumResolvingPower) + "/")) }
    if let spatialResolution { list.append(("SPATRES", "/" + PlainNumber.text(spatialResolution))) }
    if let timeResolution { list.append(("TIMERES", "/" + PlainNumber.text(timeResolution))) }
    if let aperture { list.append(("APERTURE", PlainNumber.text(aperture))) }
    if let variability { list.append(("VARAMPL", PlainNumber.range(variability.lower, variability.upper))) }
    if let top { list.append(("TOP", String(top))) }
    if let compress { list.append(("COMPRESS", compress ? "true" : "false")) }
    if let runID { list.append(("RUNID", runID)) }
    if let maxrec { list.append(("MAXREC", String(maxrec))) }
    if let responseFormat { list.append(("RESPONSEFORMAT", responseFormat)) }
    let replaced = Set(extra.map { $0.0.uppercased() })
    let kept = list.filter { !replaced.contains($0.0) }
    return (lowerCaseNames ? kept.map { ($0.0.lowercased(), $0.1) } : kept) + extra
  }
}
