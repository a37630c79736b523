import Foundation
import Testing

@testable import Crossmatch

/// A generator of random numbers that gives the same ones everywhere (splitmix64).
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    defer { state &+= 0x9E37_79B9_7F4A_7C15 }
    return PairChecksum.mix(state)
  }

  /// Evenly in [0, 1).
  mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// A position, evenly over the sphere.
  mutating func position() -> SkyPosition {
    let ra = 360 * unit()
    return SkyPosition(ra: ra, dec: asin(2 * unit() - 1) * 180 / .pi)
  }
}

extension SkyPosition {
  /// The position moved by an angle in degrees along a position angle in radians, by rotation of unit vectors.
  func moved(by distance: Double, towards angle: Double) -> SkyPosition {
    let v = UnitVector(ra: ra, dec: dec)
    let (sa, ca) = (sin(ra * .pi / 180), cos(ra * .pi / 180))
    let (sd, cd) = (sin(dec * .pi / 180), cos(dec * .pi / 180))
    let east = UnitVector(-sa, ca, 0)
    let north = UnitVector(-sd * ca, -sd * sa, cd)
    let d = distance * .pi / 180
    return (v * cos(d) + (north * cos(angle) + east * sin(angle)) * sin(d)).position
  }
}

/// A sky of difficult places: poles, 0 h, edges of base cells, duplicates, and random positions.
func difficultSky(count: Int, seed: UInt64) -> [SkyPosition] {
  var g = SeededGenerator(seed: seed)
  let offsets = [0, 1e-12, 1e-9, 1e-7, 1e-5, 2e-4, 1e-3, -1e-12, -1e-9, -1e-7, -1e-5, -2e-4, -1e-3]
  var sky: [SkyPosition] = []
  for k in 0..<count {
    let e = offsets[Int(g.next() % UInt64(offsets.count))]
    let random = g.position()
    switch k % 8 {
    case 0: sky.append(SkyPosition(ra: random.ra, dec: 90 - e.magnitude))
    case 1: sky.append(SkyPosition(ra: random.ra, dec: e.magnitude - 90))
    case 2: sky.append(SkyPosition(ra: e < 0 ? 360 + e : e, dec: random.dec))
    case 3: sky.append(SkyPosition(ra: 45 * Double(g.next() % 8) + e.magnitude, dec: random.dec))
    case 4: sky.append(SkyPosition(ra: random.ra, dec: (random.dec < 0 ? -1 : 1) * (41.810314895778596 + e)))
    case 5: sky.append(SkyPosition(ra: random.ra, dec: e))
    case 6: sky.append(sky[Int(g.next() % UInt64(sky.count))])
    default: sky.append(random)
    }
  }
  return sky
}
