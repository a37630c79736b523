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
