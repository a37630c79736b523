import Foundation
import Testing

@testable import Crossmatch

@Suite(.enabled(if: ReferenceTables.isThere, "\(ReferenceTables.absent)"))
struct HEALPixReferenceTests {
  @Test func `cells of 8762 points are the true ones at all 30 orders`() throws {
    var compared = 0
    var wrong = 0
    for row in try ReferenceTables.rows("ang2pix.csv.gz") {
      let (ra, dec): (Double, Double) = try (number(row[1]), number(row[2]))
      let border: Double = try number(row[3])
      // On the edges themselves libraries differ; 1e-6 of an order-29 cell is 4e-10″.
      guard border > 1e-6 else { continue }
      for order in 0...29 {
        compared += 1
        if try HEALPix(order: order).cell(ra: ra, dec: dec) != number(row[4 + order]) { wrong += 1 }
      }
    }
    #expect(compared > 100_000)
    #expect(wrong == 0)
  }

  @Test func `centres are within 3e-7 mas, ring and unique numbers equal`() throws {
    var worst = 0.0
    for row in try ReferenceTables.rows("pix2ang.csv") {
      let order: Int = try number(row[0])
      let cell: UInt64 = try number(row[1])
      let healpix = HEALPix(order: order)
      #expect(try healpix.ring(nested: cell) == number(row[2]))
      #expect(try healpix.nested(ring: number(row[2])) == cell)
      #expect(try healpix.uniq(of: cell) == number(row[3]))
      #expect(try healpix.zuniq(of: cell) == number(row[4]))
      let center = healpix.center(of: cell)
      let (ra, dec): (Double, Double) = try (number(row[5]), number(row[6]))
      worst = max(
        worst, ((center.ra - ra) * cos(dec * .pi / 180)).magnitude, (center.dec - dec).magnitude)
    }
    #expect(worst * 3.6e6 < 3e-7)
  }

  @Test func `nest2ring equals healpy`() throws {
    for row in try ReferenceTables.rows("nest2ring.csv") {
      let healpix = HEALPix(order: try number(row[0]))
      #expect(try healpix.ring(nested: number(row[1])) == number(row[2]))
      #expect(try healpix.nested(ring: number(row[2])) == number(row[1]))
    }
  }

  @Test func `neighbours of 2353 cells equal healpy and cdshealpix`() throws {
    for row in try ReferenceTables.rows("neighbours.csv") {
      let healpix = HEALPix(order: try number(row[0]))
      let found = healpix.neighbours(of: try number(row[1]))
      for direction in CellDirection.allCases {
        let expected: Int = try number(row[2 + direction.rawValue])
        #expect(found[direction].map { Int($0) } ?? -1 == expected)
      }
    }
  }

  @Test func `291 cones: no cell missed, none too many, as many full`() throws {
    var (cones, missed, extra, fullDiffers) = (0, 0, 0, 0)
    for row in try ReferenceTables.rows("cones.csv") {
      let expected = Set(try row[6].split(separator: ";").map { c throws -> UInt64 in try number(c) })
      let found = HEALPix(order: try number(row[0])).coverage(
        ra: try number(row[1]), dec: try number(row[2]), radius: try number(row[3]) / 3600)
      let cells = Set(found.map(\.cell))
      #expect(cells.count == found.count)
      #expect(found.map(\.cell) == found.map(\.cell).sorted())
      missed += expected.subtracting(cells).count
      extra += cells.subtracting(expected).count
      if try found.count(where: \.isFull) != number(row[5]) { fullDiffers += 1 }
      cones += 1
    }
    #expect(cones == 291)
    #expect(missed == 0)
    #expect(extra == 0)
    #expect(fullDiffers == 0)
  }
}
