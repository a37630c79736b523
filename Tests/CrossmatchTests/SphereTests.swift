import Foundation
import Testing

@testable import Crossmatch

@Suite struct SphereTests {
  /// Positions in degrees and their separation from 50-digit mpmath 1.4.1.
  static let pairs: [(Double, Double, Double, Double, Double)] = [
    (224.2446101602927, 43.52165806693128, 224.24463732863066, 43.52167279772883, 0.000024598618485591495489),
    (332.03699879955013, -84.77905890894935, 332.03699888470567, -84.7790588803358, 2.9644230947813476955e-8),
    (324.3241770302242, -69.62292636243401, 324.3241769785224, -69.62292635350634, 2.0094516700550350162e-8),
    (206.61882765411627, -87.6394458739976, 206.61882765357262, -87.63944587297118, 1.0266658274909008385e-9),
    (
      275.661162586491, -61.27124177555312, 275.66113963390916, -61.27123431266432, 0.000013319541897656029947
    ),
    (
      45.611723718097096, -89.68052480354376, 45.61165601400879, -89.6805911037028, 0.000066301233557904330974
    ),
    (353.6715991773331, 67.03339777862433, 353.67159918138447, 67.03339777896868, 1.6178811648912475886e-9),
    (
      244.01897181021323, -53.13968738391729, 244.01912190429024, -53.13932005373059,
      0.00037820375600337335074
    ),
    (0.0, 90.0, 180.0, 89.9999, 0.00010000000000331965566),
    (359.9999999, 10.0, 1e-07, 10.0, 1.9696157274573739258e-7),
    (43.968456250899855, -89.999, 359.7331003980964, -89.99885915037879, 0.00081654477834247967397),
    (10.0, 20.0, 190.0, -20.0, 180.0),
    (10.0, 20.0, 189.0, -19.5, 178.93425991517578003),
    (0.0, 0.0, 90.0, 0.0, 90.0),
    (12.5, 45.0, 12.5, 45.0, 0.0),
    (100.0, -30.0, 250.0, 60.0, 143.90221897074909327),
    (-0.5, 3.0, 359.4, 3.1, 0.14132121978193028552),
  ]

  @Test func `separations are good to 2e-15 arcsec for close pairs and 1e-15 of the angle otherwise`() {
    for (ra1, dec1, ra2, dec2, expected) in Self.pairs {
      let found = angularSeparation(ra1: ra1, dec1: dec1, ra2: ra2, dec2: dec2)
      let tolerance = max(2e-15 / 3600, 1e-15 * expected)
      #expect((found - expected).magnitude <= tolerance, "\(ra1) \(dec1)")
      #expect(found == angularSeparation(ra1: ra2, dec1: dec2, ra2: ra1, dec2: dec1))
    }
  }

  @Test func `right ascensions that are none do not keep the formulas busy for ever`() {
    for ra in [1e300, -1e300, 1e19, 1e6, Double.infinity, .nan] {
      #expect(!(Haversine.between(ra, 1, 2, 3) < 0))
      #expect(!(DoubleDouble.haversine(ra, 1, 2, 3).high < -1))
    }
    #expect(angularSeparation(ra1: -360, dec1: 0, ra2: 720, dec2: 0) == 0)
  }

  @Test func `four lanes at a time give the same haversines as one`() {
    let sky = difficultSky(count: 400, seed: 3)
    for k in stride(from: 0, to: 396, by: 4) {
      var batch = HaversineBatch()
      let near = (0..<4).map { sky[k + $0].moved(by: 1e-3, towards: Double($0)) }
      for lane in 0..<4 {
        batch.set(lane, sky[k + lane].ra, sky[k + lane].dec, near[lane].ra, near[lane].dec)
      }
      for lane in 0..<4 {
        let (p, q) = (sky[k + lane], near[lane])
        #expect(batch.haversines[lane] == Haversine.between(p.ra, p.dec, q.ra, q.dec))
      }
    }
  }

  @Test
  func `double-double haversines agree with the separations of mpmath to 30 digits where these are known`() {
    // sin²(0.5·π/180·…) of mpmath 1.4.1, 40 digits split into two doubles.
    let quarter = DoubleDouble.haversine(ofAngle: DoubleDouble(60))
    #expect((quarter - DoubleDouble(0.25)).magnitude.high < 1e-31)
    let half = DoubleDouble.haversine(ofAngle: DoubleDouble(90))
    #expect((half - DoubleDouble(0.5)).magnitude.high < 1e-31)
    for (ra1, dec1, ra2, dec2, expected) in Self.pairs {
      let exact = DoubleDouble.haversine(ra1, dec1, ra2, dec2)
      let wanted = Haversine.ofAngle(expected)
      #expect((exact.high - wanted).magnitude <= 4e-15 * wanted)
    }
  }

  @Test func `a polygon holds what is inside, whichever way round its corners are given`() throws {
    let corners = [(10.0, 10.0), (20, 10), (20, 25), (15, 15), (10, 25)].map { SkyPosition(ra: $0, dec: $1) }
    for list in [corners, corners.reversed()] {
      let polygon = try #require(SphericalPolygon(list))
      #expect(polygon.contains(SkyPosition(ra: 12, dec: 13)))
      #expect(polygon.contains(SkyPosition(ra: 10.5, dec: 22)))
      #expect(!polygon.contains(SkyPosition(ra: 15, dec: 22)))
      #expect(!polygon.contains(SkyPosition(ra: 195, dec: -13)))
      #expect(!polygon.contains(SkyPosition(ra: 5, dec: 15)))
    }
    #expect(SphericalPolygon(Array(corners.prefix(2))) == nil)
  }

  /// Moved positions of astropy 8.0.2, `SkyCoord.apply_space_motion` at a distance of 1 Mpc without radial velocity, to
  /// its rounding: Barnard's star, Proxima Centauri and Polaris.
  @Test(arguments: [
    ((269.452075, 4.693391), (-801.551, 10362.394), 1991.25 - 2016, (269.45760363899996, 4.622149557643841)),
    ((217.42895, -62.67949), (-3781.741, 769.465), 2024.5 - 2016, (217.4094964225285, -62.677671860931916)),
    ((37.954560670, 89.264109444), (44.48, -11.85), 2100 - 1991.25, (38.059129247778685, 89.2637502492163)),
  ])
  func `proper motion moves stars as astropy does`(
    start: (Double, Double), motion: (Double, Double), years: Double, end: (Double, Double)
  ) {
    let p = SkyPosition(ra: start.0, dec: start.1).moved(pmRA: motion.0, pmDec: motion.1, years: years)
    #expect(angularSeparation(ra1: p.ra, dec1: p.dec, ra2: end.0, dec2: end.1) * 3.6e6 < 0.05)
  }
}
