import Testing

@testable import Survey

@Suite struct TAPSliceTests {
  @Test func theSlicesOfADivisionHoldEveryPositionOnceAndNoMoreThanTheLimit() {
    var counts = [Int](repeating: 10, count: TAPSlice.parts)
    counts[20] = 500
    for (axis, root) in [(TAPSlice.Axis.dec, TAPSlice()), (.ra, TAPSlice(decLow: 4, decHigh: 4.000_001))] {
      let slices = root.divided(axis, counts: counts, limit: 100)
      #expect(slices.reduce(0) { $0 + $1.expected } == counts.reduce(0, +))
      #expect(slices.count { $0.expected > 100 } == 1)
      for step in 0..<2000 {
        let ra = Double(step) * 0.18
        let dec = axis == .dec ? Double(step) * 0.09 - 90 : 4
        #expect(slices.count { $0.slice.contains(ra: ra, dec: dec) } == 1, "\(ra) \(dec)")
      }
    }
  }

  @Test func theSlicesOfAConeHoldEveryPositionOfItOnce() {
    for (ra, dec, radius) in [
      (0.5, 10.0, 2.0), (359.9, -45.0, 3.0), (120.0, 89.0, 2.0), (10.0, -89.5, 1.0), (83.6, 22, 2),
    ] {
      let region = SkyRegion.cone(ra: ra, dec: dec, radius: radius)
      for i in 0..<400 {
        for j in 0..<40 {
          let right = Double(i) * 0.9
          let declination = max(-90, min(90, dec + radius * (Double(j) / 20 - 1)))
          guard region.contains(ra: right, dec: declination) else { continue }
          #expect(
            region.slices.count { $0.contains(ra: right, dec: declination) } == 1, "\(right) \(declination)")
        }
      }
    }
  }

  @Test func onePointOfTheSkyIsFetchedByPublisherDID() {
    #expect(TAPSlice(decLow: 4, decHigh: 4.000_001, raLow: 9, raHigh: 9.000_001).axis == .did)
    #expect(TAPSlice(isUnplaced: true).axis == .did)
    #expect(TAPSlice().axis == .dec)
  }
}
