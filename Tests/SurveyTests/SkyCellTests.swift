import Crossmatch
import Testing

@testable import Survey

@Suite struct SkyCellTests {
  @Test func theChildrenOfACellHoldEveryPositionOfItOnce() {
    var cell = SkyCell.wholeService
    for order in 0..<12 {
      for step in 0..<200 {
        let ra = (Double(step) * 137.507_764).truncatingRemainder(dividingBy: 360)
        let dec = Double(step) * 0.9 - 90
        guard cell.contains(ra: ra, dec: dec) else { continue }
        #expect(cell.children.count { $0.contains(ra: ra, dec: dec) } == 1, "order \(order), \(ra) \(dec)")
      }
      cell = cell.children[order % cell.children.count]
    }
  }

  @Test func aConeRoundACellHoldsEveryPositionOfIt() {
    for step in 0..<2000 {
      let ra = (Double(step) * 222.492_235).truncatingRemainder(dividingBy: 360)
      let dec = Double(step) * 0.09 - 90
      for order in [1, 3, 7, 12, 19] {
        let healpix = HEALPix(order: order)
        let cone = healpix.boundingCone(of: healpix.cell(ra: ra, dec: dec))
        #expect(
          angularSeparation(ra1: ra, dec1: dec, ra2: cone.ra, dec2: cone.dec) <= cone.radius * (1 + 1e-12))
      }
    }
  }

  @Test func theFirstCellsOfAConeHoldAllOfIt() {
    let region = SkyRegion.cone(ra: 359.5, dec: 88, radius: 3)
    for step in 0..<3000 {
      let ra = (Double(step) * 137.507_764).truncatingRemainder(dividingBy: 360)
      let dec = 84 + Double(step) * 0.002
      if region.contains(ra: ra, dec: dec) {
        #expect(region.roots.count { $0.contains(ra: ra, dec: dec) } == 1, "\(ra) \(dec)")
      }
    }
  }

  @Test func aSpectrumWithoutPositionBelongsToTheWholeServiceOnly() {
    #expect(SkyCell.wholeService.contains(ra: nil, dec: nil))
    #expect(!SkyCell(order: 3, cell: 5).contains(ra: nil, dec: nil))
    #expect(SkyRegion.all.contains(ra: nil, dec: nil))
    #expect(!SkyRegion.cone(ra: 0, dec: 0, radius: 90).contains(ra: nil, dec: 1))
  }
}
