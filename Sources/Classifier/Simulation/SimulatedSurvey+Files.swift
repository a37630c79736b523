extension SimulatedSurvey {
  /// The FITS file of a spectrum in the survey's own layout.
  ///
  /// Ondřejov: 1-D image of 32-bit numbers, linear wavelengths in air. LAMOST: 5 rows of 32-bit numbers (flux, inverse
  /// variance, wavelength in vacuum, two masks), as in data releases 3 to 8. Both say in their headers that they are
  /// simulated (`SIMULATD= T`), with seed and index. `index` must be in `0..<count`.
  public func fits(_ index: Int) -> [UInt8] {
    precondition((0..<count).contains(index), "spectrum \(index) of \(count)")
    let (star, offset) = star(of: index)
    let observation = observation(of: star, index: index)
    return switch kind {
    case .ondrejov:
      OndrejovFile.bytes(
        observation, star: star, visit: ondrejovVisit(index), name: name(index), seed: seed, index: index)
    case .lamost:
      LamostFile.bytes(
        observation, star: star, offset: offset, visit: lamostVisit(index), survey: self, index: index)
    }
  }

  /// A spectrum, as ``SpectrumReader`` would read it from the file, but in full precision.
  ///
  /// Flux in counts; wavelengths in air for Ondřejov, in vacuum for LAMOST. `index` must be in `0..<count`.
  public func spectrum(_ index: Int) -> Spectrum {
    let record = record(index)
    let observation = observation(of: star(of: index).star, index: index)
    var metadata = SpectrumMetadata(
      layout: kind == .ondrejov ? .ondrejovNative : .lamostDR3,
      survey: kind == .ondrejov ? .ondrejov : .lamost)
    metadata.object = record.objectName
    metadata.ra = record.ra
    metadata.dec = record.dec
    metadata.dateObs = kind == .ondrejov ? record.mjd - record.exposure / 172_800 : record.mjd
    metadata.exposure = record.exposure
    metadata.snr = record.snr > 0 ? record.snr : nil
    metadata.instrument = kind == .ondrejov ? "COUDE700" : "LAMOST"
    metadata.isSimulated = true
    metadata.scaleOrigin = .stated
    let isLamost = kind == .lamost
    return Spectrum(
      wavelength: observation.wavelengths, scale: isLamost ? .vacuum : .air,
      flux: observation.flux.map(Double.init),
      inverseVariance: isLamost ? observation.inverseVariance.map(Double.init) : nil,
      mask: isLamost ? observation.orMask.map { UInt32($0) } : nil, metadata: metadata)
  }

  /// Wavelengths (Å, on the survey's own scale), flux and inverse variance (empty for Ondřejov) of a spectrum.
  package func columns(_ index: Int) -> (
    wavelengths: [Double], flux: [Double], inverseVariance: [Double], mask: [Double]
  ) {
    let observation = observation(of: star(of: index).star, index: index)
    return (
      observation.wavelengths, observation.flux.map(Double.init),
      observation.inverseVariance.map(Double.init),
      observation.orMask.map(Double.init)
    )
  }
}
