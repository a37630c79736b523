import Glibc

/// A Gaussian sampled at pixel centres, of unit sum.
struct GaussianKernel: Sendable, Equatable {
  /// Weights of pixels −``half`` to ``half``, then zeros up to a multiple of eight.
  let weights: [Double]
  /// Pixels on either side.
  let half: Int

  /// A Gaussian of `sigma` pixels on the next odd number of taps from 8σ: ±4σ, as astropy's
  /// `Gaussian1DKernel(sigma)` has it by default (57 taps for σ = 7).
  init(sigma: Double) {
    let half = Int((8 * sigma).rounded(.up)) / 2
    var values = [Double](repeating: 0, count: (2 * half + 8) & ~7)
    var sum = 1.0
    values[half] = 1
    for distance in 0..<half {
      let place = Double(distance + 1) / sigma
      let value = exp(-0.5 * place * place)
      values[half - distance - 1] = value
      values[half + distance + 1] = value
      sum += 2 * value
    }
    for index in values.indices { values[index] /= sum }
    weights = values
    self.half = half
  }

  /// The blurred values of a pixel and the next one; beyond the ends of `flux` its end values go on.
  /// - Complexity: O(taps): some 20 ns for 57 taps away from the ends.
  @inline(__always)
  func blurred(_ flux: UnsafeBufferPointer<Double>, at pixel: Int) -> (Double, Double) {
    let first = pixel - half
    guard first >= 0, first + weights.count < flux.count else { return blurredNearEnd(flux, at: pixel) }
    return weights.withUnsafeBytes { weights in
      // Written-out accumulators: a plain sum would be added one by one, in the order of the pixels. The zeros
      // at the end of the weights save a remainder.
      let part = UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: flux[first...]))
      var sums = (SIMD8<Double>.zero, SIMD8<Double>.zero)
      var at = 0
      while at < weights.count {
        let weight = weights.loadUnaligned(fromByteOffset: at, as: SIMD8<Double>.self)
        sums.0 += weight * part.loadUnaligned(fromByteOffset: at, as: SIMD8<Double>.self)
        sums.1 += weight * part.loadUnaligned(fromByteOffset: at &+ 8, as: SIMD8<Double>.self)
        at &+= 64
      }
      return (sums.0.sum(), sums.1.sum())
    }
  }

  private func blurredNearEnd(_ flux: UnsafeBufferPointer<Double>, at pixel: Int) -> (Double, Double) {
    var sums = (0.0, 0.0)
    for tap in 0...(2 * half) {
      let place = pixel - half + tap
      sums.0 += weights[tap] * flux[min(max(place, 0), flux.count - 1)]
      sums.1 += weights[tap] * flux[min(max(place + 1, 0), flux.count - 1)]
    }
    return sums
  }
}
