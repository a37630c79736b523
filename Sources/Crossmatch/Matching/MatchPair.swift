/// Two rows that belong together.
public struct MatchPair: Sendable, Hashable {
  var leftRow: UInt32
  var rightRow: UInt32

  /// sin² of half the separation: sorts as the separation does, without loss at small angles.
  public internal(set) var haversine: Double

  @inline(__always)
  init(left: UInt32, right: UInt32, haversine: Double) {
    leftRow = left
    rightRow = right
    self.haversine = haversine
  }

  /// Row of the left table, from 0.
  @inline(__always)
  public var left: Int { Int(leftRow) }

  /// Row of the right table, from 0.
  @inline(__always)
  public var right: Int { Int(rightRow) }

  /// Separation in arcsec.
  @inline(__always)
  public var separation: Double { Haversine.arcseconds(haversine) }
}

/// The checksum of a set of pairs that does not depend on their order: the sum of splitmix64(left·2³² + right).
public struct PairChecksum: Sendable, Hashable, CustomStringConvertible {
  /// The sum modulo 2⁶⁴.
  public private(set) var value: UInt64 = 0

  /// The checksum of no pair.
  public init() {}

  /// Adds a pair of rows, from 0.
  @inline(__always)
  public mutating func add(left: Int, right: Int) {
    value &+= Self.mix(UInt64(truncatingIfNeeded: left) &<< 32 | UInt64(truncatingIfNeeded: right))
  }

  /// Adds the checksum of other pairs.
  public mutating func add(_ other: PairChecksum) { value &+= other.value }

  /// One step of the splitmix64 generator (Steele, Lea and Flood 2014, doi:10.1145/2660193.2660195).
  @inline(__always)
  static func mix(_ key: UInt64) -> UInt64 {
    var x = key &+ 0x9E37_79B9_7F4A_7C15
    x = (x ^ (x &>> 30)) &* 0xBF58_476D_1CE4_E5B9
    x = (x ^ (x &>> 27)) &* 0x94D0_49BB_1331_11EB
    return x ^ (x &>> 31)
  }

  /// 16 hexadecimal digits.
  public var description: String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
