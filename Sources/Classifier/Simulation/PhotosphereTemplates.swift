import Glibc

/// Normalised photospheres of all spectral types on one grid of wavelengths, at rest, without rotation.
struct PhotosphereTemplates: Sendable {
  /// Flux of each type (continuum = 1), by the number of the type.
  let flux: [[Float]]
  /// Optical depth of the bands of carbon stars, for a strength of 1.
  let carbonDepth: [Float]
  /// Absorption by Li I 6708 for an equivalent width of 1 Å: its profile in 1/Å.
  let lithiumProfile: [Float]

  /// Computes the templates on a grid of increasing wavelengths (Å, in air or in vacuum), blurred by a Gaussian of
  /// standard deviation `sigma` (Å).
  init(wavelengths: [Double], inVacuum: Bool, sigma: Double) {
    let scale: (Double) -> Double = { inVacuum ? SimulationMath.vacuum(air: $0) : $0 }
    var depths = SpectralLineGroup.allCases.map { _ in [Float](repeating: 0, count: wavelengths.count) }
    for line in SpectralLineList.lines {
      Self.add(
        to: &depths[line.group.rawValue], wavelengths, at: scale(line.wavelength), depth: line.depth,
        sigma: line.sigma, blur: sigma)
    }
    for line in Self.forest(wavelengths) {
      Self.add(
        to: &depths[SpectralLineGroup.neutralMetals.rawValue], wavelengths, at: line.wavelength,
        depth: line.depth, sigma: 0.11, blur: sigma)
    }
    let molecules = SpectralLineGroup.molecules.rawValue
    for head in SpectralLineList.bandHeads {
      Self.addBand(to: &depths[molecules], wavelengths, at: scale(head.wavelength), depth: head.depth)
    }
    var carbon = [Float](repeating: 0, count: wavelengths.count)
    for head in SpectralLineList.carbonHeads {
      Self.addBand(
        to: &carbon, wavelengths, at: scale(head.wavelength), depth: head.depth, length: head.length)
    }
    carbonDepth = carbon
    let width = (0.3 * 0.3 + sigma * sigma).squareRoot()
    var lithium = [Float](repeating: 0, count: wavelengths.count)
    Self.add(
      to: &lithium, wavelengths, at: scale(SpectralLineList.lithium), depth: 1 / (width * 2.506628),
      sigma: width, blur: 0)
    lithiumProfile = lithium
    let balmer = SpectralLineList.balmer.map(scale)
    flux = (0..<SimulatedStellarType.count).map { code in
      let type = SimulatedStellarType(code)
      var total = [Float](repeating: 0, count: wavelengths.count)
      for group in SpectralLineGroup.allCases {
        let strength = Float(group.strength(in: type))
        guard strength > 0 else { continue }
        for i in total.indices { total[i] += strength * depths[group.rawValue][i] }
      }
      var flux = total.map { exp(-$0) }
      for (number, centre) in balmer.enumerated() {
        // The higher lines of the series are narrower in Å, and equally deep.
        let factor = centre / balmer[0] * (number > 4 ? 0.8 : 1)
        for i in Self.range(wavelengths, centre - 90 * factor, centre + 90 * factor) {
          let absorption = type.balmerAbsorption(
            offset: wavelengths[i] - centre, scale: factor, blur: sigma)
          flux[i] *= Float(1 - absorption)
        }
      }
      return flux
    }
  }

  /// The template of a star, with its bands of carbon, its lithium and its veiling.
  func flux(of star: SimulatedStar) -> [Float] {
    var flux = flux[star.template]
    if star.carbon > 0 {
      let strength = Float(star.carbon)
      for i in flux.indices { flux[i] *= exp(-strength * carbonDepth[i]) }
    }
    if star.lithium > 0 {
      let width = Float(star.lithium)
      for i in flux.indices { flux[i] *= max(1 - width * lithiumProfile[i], 0.05) }
    }
    if star.model.veiling > 0 {
      let share = Float(star.model.veiling)
      for i in flux.indices { flux[i] = share + (1 - share) * flux[i] }
    }
    return flux
  }

  /// Many weak metal lines, denser and stronger to the blue, the same in every run.
  private static func forest(_ wavelengths: [Double]) -> [(wavelength: Double, depth: Double)] {
    guard let first = wavelengths.first, let last = wavelengths.last else { return [] }
    var random = SimulationRandom(seed: 0x5046_4F52, .name, 0)
    var lines: [(wavelength: Double, depth: Double)] = []
    var wavelength = 3600.0
    while wavelength < last {
      let blueness = max(6600 - wavelength, 0) / 1000
      wavelength += -log(1 - random.uniform()) * 2.2 / (1 + 0.8 * blueness)
      let depth = -log(1 - random.uniform()) * 0.05 * (1 + 0.8 * blueness)
      if wavelength > first { lines.append((wavelength, min(depth, 0.8))) }
    }
    return lines
  }

  private static func add(
    to depths: inout [Float], _ wavelengths: [Double], at centre: Double, depth: Double, sigma: Double,
    blur: Double
  ) {
    let width = (sigma * sigma + blur * blur).squareRoot()
    let peak = depth * sigma / width
    for i in range(wavelengths, centre - 4.5 * width, centre + 4.5 * width) {
      let t = (wavelengths[i] - centre) / width
      depths[i] += Float(peak * exp(-0.5 * t * t))
    }
  }

  /// A band that falls off exponentially with `length` Å from its head, to the blue where that is negative.
  private static func addBand(
    to depths: inout [Float], _ wavelengths: [Double], at head: Double, depth: Double, length: Double = 90
  ) {
    let reach = abs(length) * 5.5
    let (before, after) = length > 0 ? (20, reach) : (reach, 20)
    for i in range(wavelengths, head - before, head + after) {
      let offset = (wavelengths[i] - head) * (length > 0 ? 1 : -1)
      let rise = 1 / (1 + exp(-offset / 1.5))
      depths[i] += Float(depth * rise * exp(-max(offset, 0) / abs(length)))
    }
  }

  private static func range(_ wavelengths: [Double], _ low: Double, _ high: Double) -> Range<Int> {
    let first = lowerBound(wavelengths, low)
    return first..<max(first, lowerBound(wavelengths, high))
  }

  /// Index of the first wavelength that is not below a value.
  static func lowerBound(_ wavelengths: [Double], _ value: Double) -> Int {
    var low = 0
    var high = wavelengths.count
    while low < high {
      let middle = (low + high) / 2
      if wavelengths[middle] < value { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
