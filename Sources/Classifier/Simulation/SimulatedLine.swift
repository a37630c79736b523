import Glibc

/// A Gaussian emission line of a simulated star or galaxy beside those that follow Hα.
struct SimulatedLine: Sendable, Equatable {
  /// Wavelength in Å, air.
  let wavelength: Double
  /// Equivalent width in Å, positive for emission.
  let width: Double
  /// Standard deviation in km/s, before the instrument.
  let sigma: Double

  /// Adds the line to a normalised spectrum.
  ///
  /// - Parameters:
  ///   - wavelengths: ascending, Å
  ///   - isVacuum: whether these are in vacuum
  ///   - velocity: of the star in km/s
  ///   - instrument: standard deviation of the instrument in Å
  func add(
    to flux: inout [Float], _ wavelengths: [Double], isVacuum: Bool, velocity: Double, instrument: Double
  ) {
    let rest = isVacuum ? SimulationMath.vacuum(air: wavelength) : wavelength
    let centre = rest * (1 + velocity / SimulationMath.lightSpeed)
    let own = sigma / SimulationMath.lightSpeed * centre
    let total = (own * own + instrument * instrument).squareRoot()
    let peak = width / (total * 2.506628)
    let first = PhotosphereTemplates.lowerBound(wavelengths, centre - 5 * total)
    let last = PhotosphereTemplates.lowerBound(wavelengths, centre + 5 * total)
    for i in first..<max(first, last) {
      let t = (wavelengths[i] - centre) / total
      flux[i] += Float(peak * exp(-0.5 * t * t))
    }
  }
}
