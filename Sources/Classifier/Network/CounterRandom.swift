#if canImport(Glibc)
  import Glibc
#endif

/// SplitMix64 (Steele, Lea & Flood 2014) read as a counter-based generator.
///
/// The word with number n of a key is `mix(key + (n + 1)·0x9E3779B97F4A7C15)`: any word can be had without
/// those before it, so that dropout masks, shuffles and draws depend on the seed and on what they are for,
/// never on the order in which threads get to them. A stream for a purpose is named by numbers, which are
/// mixed into the key.
struct CounterRandom: RandomNumberGenerator, Sendable {
  /// What a stream is drawn for; part of the key, so that no two purposes share numbers.
  enum Purpose: UInt64 {
    case initialWeights = 1
    case shuffle, dropout, split, balance, query, augmentation, resampling
  }

  let key: UInt64
  private(set) var counter: UInt64 = 0

  /// The plain SplitMix64 sequence of `key`.
  init(key: UInt64) { self.key = key }

  /// The stream for a purpose, and for the `indices` within it (epoch, layer, class …).
  init(seed: UInt64, _ purpose: Purpose, _ indices: Int...) {
    var key = Self.mix(seed &+ 0x9E37_79B9_7F4A_7C15)
    key = Self.mix(key ^ purpose.rawValue)
    for index in indices { key = Self.mix(key &+ Self.mix(UInt64(bitPattern: Int64(index)) &+ 1)) }
    self.key = key
  }

  static func mix(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// The word with number `index` (from 0), whatever has been drawn so far.
  func word(_ index: UInt64) -> UInt64 { Self.mix(key &+ (index &+ 1) &* 0x9E37_79B9_7F4A_7C15) }

  mutating func next() -> UInt64 {
    defer { counter &+= 1 }
    return word(counter)
  }

  /// A number in [0, 1), a multiple of 2⁻²⁴.
  mutating func uniform() -> Float { Float(next() >> 40) * 0x1p-24 }

  /// A number from the normal distribution of mean 0 and standard deviation 1 (Box and Muller 1958).
  mutating func normal() -> Double {
    let radius = (-2 * log(Double(next() >> 11) * 0x1p-53 + 0x1p-54)).squareRoot()
    return radius * cos(2 * .pi * Double(next() >> 11) * 0x1p-53)
  }

  /// An integer in 0 ..< `bound`, by the high word of a product; off uniform by less than bound·2⁻⁶⁴.
  mutating func integer(below bound: Int) -> Int {
    Int(next().multipliedFullWidth(by: UInt64(bound)).high)
  }

  /// 0 ..< `count` in random order (Fisher & Yates).
  mutating func permutation(_ count: Int) -> [Int] {
    var order = Array(0..<count)
    guard count > 1 else { return order }
    for last in stride(from: count - 1, through: 1, by: -1) {
      order.swapAt(last, integer(below: last + 1))
    }
    return order
  }
}
