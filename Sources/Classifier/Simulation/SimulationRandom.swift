import Glibc

/// A stream of random numbers that depends on nothing but a seed, a purpose and an index.
///
/// SplitMix64 (Steele, Lea & Flood 2014) started at a hash of the three, so that spectrum 17 is the same whether
/// or not spectrum 16 was made before it, and so that two purposes never share numbers.
struct SimulationRandom: RandomNumberGenerator {
  /// What the numbers are for; every purpose has a stream of its own.
  enum Purpose: UInt64 {
    case field = 1
    case plate, slot, starPosition, star, circumstellar, visits, visit, noise, defects, name
  }

  private var state: UInt64

  /// Starts the stream of one purpose and index.
  init(seed: UInt64, _ purpose: Purpose, _ index: Int) {
    state = Self.mix(seed &+ 0x9E37_79B9_7F4A_7C15)
    state = Self.mix(state ^ (purpose.rawValue &* 0xD6E8_FEB8_6659_FD93))
    state = Self.mix(state ^ UInt64(bitPattern: Int64(index)))
  }

  /// The next 64 random bits.
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    return Self.mix(state)
  }

  /// A number in [0, 1).
  mutating func uniform() -> Double {
    Double(next() >> 11) * 0x1p-53
  }

  /// A number in [low, high).
  mutating func uniform(_ low: Double, _ high: Double) -> Double {
    low + (high - low) * uniform()
  }

  /// True with the given probability.
  mutating func chance(_ probability: Double) -> Bool {
    uniform() < probability
  }

  /// A normally distributed number (Box and Muller).
  mutating func normal(_ mean: Double = 0, _ sigma: Double = 1) -> Double {
    let radius = sqrt(-2 * log(1 - uniform()))
    return mean + sigma * radius * cos(2 * .pi * uniform())
  }

  /// A log-normally distributed number, by its median and the standard deviation of its natural logarithm.
  mutating func logNormal(median: Double, sigma: Double) -> Double {
    median * exp(normal(0, sigma))
  }

  /// An index drawn with probability proportional to the weights.
  mutating func choice(_ weights: [Double]) -> Int {
    var remaining = uniform() * weights.reduce(0, +)
    for (index, weight) in weights.enumerated() {
      remaining -= weight
      if remaining < 0 { return index }
    }
    return weights.count - 1
  }

  private static func mix(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
