/// The rule that gives a noise-free profile its class, as a person who looks at the spectrum would.
///
/// A peak counts if it rises by 3 % of the continuum, or 2.5 standard deviations of the noise where that is more,
/// above the photosphere and above the flux on both its sides. Two peaks are a double peak if the dip between them
/// is at least 3 % of the lower peak and 1.5 standard deviations of the noise.
struct ProfileRule {
  /// Least rise (of the continuum) and least dip (of the lower peak).
  static let leastRise: Float = 0.03
  /// Least rise in standard deviations of the noise.
  static let risingSigmas: Float = 2.5
  /// Least dip in standard deviations of the noise.
  static let dippingSigmas: Float = 1.5
  /// Peaks are looked for within this velocity, km/s.
  static let reach = 900.0

  /// The class of a profile seen with a noise of the given standard deviation per pixel (continuum = 1).
  static func classify(_ profile: HAlphaProfile, noise: Double) -> SimulatedClass {
    let flux = profile.flux
    let rise = max(leastRise, risingSigmas * Float(noise))
    let middle = HAlphaProfile.count / 2
    let span = Int(reach / HAlphaProfile.step)
    var peaks: [Int] = []
    for index in (middle - span)...(middle + span)
    where flux[index] > flux[index - 1] && flux[index] >= flux[index + 1]
      && flux[index] - profile.photosphere[index] >= rise
    {
      peaks.append(index)
    }
    guard let highest = peaks.max(by: { flux[$0] < flux[$1] }) else { return .absorption }
    let sides = (lowest(flux, from: highest, towards: -1), lowest(flux, from: highest, towards: 1))
    guard flux[highest] - max(sides.0, sides.1) >= rise else { return .absorption }
    for other in peaks where other != highest {
      let between = other < highest ? other...highest : highest...other
      let valley = flux[between].min() ?? 0
      let lower = flux[other]
      let outer = lowest(flux, from: other, towards: other < highest ? -1 : 1)
      if lower - valley >= max(leastRise * lower, dippingSigmas * Float(noise)), lower - outer >= rise {
        return .doublePeak
      }
    }
    return .emission
  }

  /// The lowest flux between a peak and the first higher point on one side, or twice the reach.
  private static func lowest(_ flux: [Float], from peak: Int, towards direction: Int) -> Float {
    var least = flux[peak]
    var index = peak + direction
    for _ in 0..<Int(2 * reach / HAlphaProfile.step) {
      guard flux.indices.contains(index), flux[index] <= flux[peak] else { break }
      least = min(least, flux[index])
      index += direction
    }
    return least
  }
}
