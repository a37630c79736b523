import Glibc

/// A convolution kernel that blurs, rotates and shifts a spectrum on an even grid.
struct SimulationKernel: Sendable {
  /// The weights, which add up to one.
  let taps: [Float]
  /// Grid steps from an output point to the source point of the first tap.
  let start: Int

  /// A Gaussian of the given standard deviation in grid steps, moved by `shift` steps to the right.
  static func gaussian(sigma: Double, shift: Double = 0) -> SimulationKernel {
    sampled(sigma: sigma, shift: shift, reach: 0, offsets: [0], weights: [1])
  }

  /// The profile of a rotating star, smoothed by a Gaussian.
  ///
  /// Linear limb darkening of 0.5 (Gray 2005, equation 18.14). `width` is v sin i, `sigma` the standard deviation of the Gaussian, `shift` the displacement to the right, all
  /// in grid steps.
  static func rotation(width: Double, sigma: Double, shift: Double) -> SimulationKernel {
    let chords = min(max(Int(width * 2), 6), 48)
    var offsets: [Double] = []
    var weights: [Double] = []
    for chord in 0..<chords {
      let x = (Double(chord) + 0.5) / Double(chords) * 2 - 1
      let disc = 1 - x * x
      offsets.append(x * width)
      weights.append(disc.squareRoot() + 0.25 * .pi * disc)
    }
    let smoothing = max(sigma, width / Double(chords))
    return sampled(sigma: smoothing, shift: shift, reach: width, offsets: offsets, weights: weights)
  }

  private static func sampled(
    sigma: Double, shift: Double, reach: Double, offsets: [Double], weights: [Double]
  ) -> SimulationKernel {
    let narrowest = max(sigma, 0.25)
    let half = Int((4 * narrowest + reach).rounded(.up)) + 1
    let whole = Int(shift.rounded())
    let rest = shift - Double(whole)
    var taps = [Float](repeating: 0, count: 2 * half + 1)
    var total: Float = 0
    for tap in 0...(2 * half) {
      var sum = 0.0
      for (offset, weight) in zip(offsets, weights) {
        let t = (Double(tap - half) + rest - offset) / narrowest
        if t * t < 50 { sum += weight * exp(-0.5 * t * t) }
      }
      taps[tap] = Float(sum)
      total += Float(sum)
    }
    for tap in taps.indices { taps[tap] /= total }
    return SimulationKernel(taps: taps, start: -half - whole)
  }

  /// The convolution at every point of the source, its end values continued outwards.
  func applied(to source: [Float]) -> [Float] {
    let left = max(-start, 0)
    let right = max(taps.count - 1 + start, 0)
    guard let first = source.first, let last = source.last else { return [] }
    let padded =
      [Float](repeating: first, count: left) + source + [Float](repeating: last, count: right)
    return applied(to: padded, from: left, step: 1, count: source.count)
  }

  /// The convolution at `count` points of the source, `step` apart, the first one at index `from`.
  ///
  /// The source must reach far enough to both sides; where it does not, its ends are left out of the sum.
  func applied(to source: [Float], from: Int, step: Int, count: Int) -> [Float] {
    SimulationVectors.convolve(source, taps, from: from + start, step: step, count: count)
  }
}
