import CSkyCells
import Foundation
import Testing

@testable import Crossmatch

@Suite struct HEALPixTests {
  @Test func `the centre of every cell lies in the cell`() {
    var g = SeededGenerator(seed: 1)
    for order in 0...29 {
      let healpix = HEALPix(order: order)
      for _ in 0..<200 {
        let cell = g.next() % healpix.cellCount
        let c = healpix.center(of: cell)
        #expect(healpix.cell(ra: c.ra, dec: c.dec) == cell)
      }
    }
  }

  @Test(arguments: [0, 3, 12, 29])
  func `cells of many positions are to the last bit those of each alone`(order: Int) {
    let healpix = HEALPix(order: order)
    var g = SeededGenerator(seed: 77)
    var sky = difficultSky(count: 40_003, seed: 78) + (0..<100_000).map { _ in g.position() }
    // Corners and edges of cells of all orders, the numbers next to them, and right ascensions a turn away.
    for k in 0..<6000 {
      let other = HEALPix(order: k % 30)
      for p in other.boundary(of: g.next() % other.cellCount, step: 2) {
        sky += [p, SkyPosition(ra: p.ra.nextUp, dec: p.dec), SkyPosition(ra: p.ra, dec: p.dec.nextDown)]
        if k % 10 == 0 { sky.append(SkyPosition(ra: p.ra - 360, dec: p.dec)) }
      }
    }
    for ra in stride(from: -720.0, through: 1080, by: 45) {
      for dec in [-90, -HEALPix.transitionLatitude, -1e-300, -0.0, 0, HEALPix.transitionLatitude, 90] {
        for d in [dec.nextDown, dec, dec.nextUp] where d.magnitude <= 90 {
          sky += [SkyPosition(ra: ra, dec: d), SkyPosition(ra: ra.nextDown, dec: d)]
        }
      }
    }
    sky.removeAll { $0.dec.magnitude > 90 }
    let cells = healpix.cells(ra: sky.map(\.ra), dec: sky.map(\.dec))
    #expect(cells.count == sky.count)
    #expect(zip(sky, cells).filter { healpix.cell(at: $0) != $1 }.map(\.0) == [])
    #expect(healpix.cells(ra: [], dec: []) == [])
    // Each instruction set of this processor, and not only the best one.
    for set in 0...sky_cells_best() where order == 29 {
      var cells = [UInt64](repeating: 0, count: sky.count)
      _ = sky_cells(set, sky.map(\.ra), sky.map(\.dec), &cells, sky.count)
      let wrong = zip(sky, cells).filter { p, cell in
        cell != (0..<360 ~= p.ra ? healpix.cell(at: p) : SKY_CELLS_OTHER)
      }
      #expect(wrong.map(\.0) == [], "instruction set \(set)")
    }
  }

  @Test func `the cells with their centres in a cone are those comparing all centres finds`() {
    var g = SeededGenerator(seed: 79)
    for order in 0...5 {
      let healpix = HEALPix(order: order)
      let centers = (0..<healpix.cellCount).map { healpix.center(of: $0) }
      for k in 0..<40 {
        let p = k < 4 ? SkyPosition(ra: 90 * Double(k), dec: k % 2 == 0 ? 90 : -90) : g.position()
        let radius = pow(10, 3.2 * g.unit() - 1)
        let expected = centers.indices.filter { i in
          let c = centers[i]
          return angularSeparation(ra1: c.ra, dec1: c.dec, ra2: p.ra, dec2: p.dec) <= radius
        }
        let found = healpix.cellsWithCenters(inConeAt: p.ra, p.dec, radius: radius)
        #expect(found == expected.map { UInt64($0) })
      }
    }
  }

  @Test func `ring numbers run through all cells once, by falling latitude`() {
    for order in 0...4 {
      let healpix = HEALPix(order: order)
      var previous = 91.0
      for ring in 0..<healpix.cellCount {
        let cell = healpix.nested(ring: ring)
        #expect(healpix.ring(nested: cell) == ring)
        let dec = healpix.center(of: cell).dec
        #expect(dec <= previous + 1e-12)
        previous = dec
      }
    }
  }

  @Test func `neighbours are mutual and share a corner`() {
    for order in 0...3 {
      let healpix = HEALPix(order: order)
      for cell in 0..<healpix.cellCount {
        let corners = healpix.vertices(of: cell).map { UnitVector(ra: $0.ra, dec: $0.dec) }
        let around = Array(healpix.neighbours(of: cell))
        #expect(Set(around).count == around.count || order == 0)
        for other in around {
          #expect(healpix.neighbours(of: other).contains(cell))
          let theirs = healpix.vertices(of: other).map { UnitVector(ra: $0.ra, dec: $0.dec) }
          #expect(corners.contains { c in theirs.contains { c.squaredChord(to: $0) < 1e-24 } })
        }
      }
    }
  }

  @Test func `parents, children, ranges and unique numbers fit together`() {
    var g = SeededGenerator(seed: 2)
    for order in 0...28 {
      let healpix = HEALPix(order: order)
      let cell = g.next() % healpix.cellCount
      for child in HEALPix.children(of: cell) { #expect(HEALPix.parent(of: child) == cell) }
      #expect(healpix.cells(of: cell, atOrder: order + 1) == HEALPix.children(of: cell))
      #expect(healpix.range(of: cell).count == 1 << (2 * (29 - order)))
      let back = HEALPix.cell(uniq: healpix.uniq(of: cell))
      #expect(back?.order == order && back?.cell == cell)
    }
    #expect(HEALPix.cell(uniq: 3) == nil)
    #expect(HEALPix.cell(uniq: .max) == nil)
  }

  @Test(arguments: [0, 1, 2, 4, 7, 12, 20, 29])
  func `a bounding cone holds the cell's edge and is not wider than it needs`(order: Int) {
    var g = SeededGenerator(seed: UInt64(order))
    let healpix = HEALPix(order: order)
    for _ in 0..<50 {
      let cell = g.next() % healpix.cellCount
      let cone = healpix.boundingCone(of: cell)
      let far =
        healpix.boundary(of: cell, step: 16).map {
          angularSeparation(ra1: cone.ra, dec1: cone.dec, ra2: $0.ra, dec2: $0.dec)
        }.max() ?? 0
      #expect(far <= cone.radius)
      #expect(cone.radius < far * 1.0001 + 1e-12)
      #expect(cone.radius < healpix.reach)
    }
  }

  /// Corners of healpy 1.20.1, `boundaries(nside, cell, step=1, nest=True)`: order 0 cell 4, order 2 cell 77.
  @Test func `corners are south, east, north, west`() {
    let v = HEALPix(order: 0).vertices(of: 4)
    let expected = [(0.0, -41.810314895778596), (45, 0), (0, 41.810314895778596), (315, 0)]
    for (p, (ra, dec)) in zip(v, expected) {
      #expect(angularSeparation(ra1: p.ra, dec1: p.dec, ra2: ra, dec2: dec) < 1e-12)
    }
  }

  @Test(arguments: [0, 1, 2, 3])
  func `cones from the top of the tree and from the neighbourhood of their centre have the same cells`(
    order: Int
  ) {
    var g = SeededGenerator(seed: 40 + UInt64(order))
    let healpix = HEALPix(order: order)
    for p in difficultSky(count: 60, seed: 4) {
      let radius = healpix.resolution * 2 * g.unit()
      let found = healpix.coverage(ra: p.ra, dec: p.dec, radius: radius)
      let cells = Set(found.map(\.cell))
      let v = UnitVector(ra: p.ra, dec: p.dec)
      let limit = squaredChord(ofAngle: radius)
      for cell in 0..<healpix.cellCount {
        let near = CellSquare(cell: cell, in: healpix).nearest(to: v, enough: -.infinity)
        // On the circle itself, to rounding, either answer is right.
        if (near - limit).magnitude < 1e-13 { continue }
        #expect(cells.contains(cell) == (near < limit || healpix.cell(at: p) == cell))
      }
      for c in found where c.isFull {
        for q in healpix.boundary(of: c.cell, step: 4) {
          #expect(angularSeparation(ra1: p.ra, dec1: p.dec, ra2: q.ra, dec2: q.dec) <= radius * (1 + 1e-12))
        }
      }
    }
  }

  @Test(arguments: [3, 8, 14, 22, 27])
  func `every point of a cone is in its cells`(order: Int) {
    var g = SeededGenerator(seed: 70 + UInt64(order))
    let healpix = HEALPix(order: order)
    for p in difficultSky(count: 100, seed: 5) {
      let radius = healpix.resolution * 3 * g.unit()
      let cells = Set(healpix.coverage(ra: p.ra, dec: p.dec, radius: radius).map(\.cell))
      for _ in 0..<20 {
        let q = p.moved(by: radius * g.unit() * 0.999999, towards: 7 * g.unit())
        #expect(cells.contains(healpix.cell(at: q)))
      }
    }
    #expect(healpix.coverage(ra: 0, dec: 0, radius: -1).isEmpty)
    #expect(HEALPix(order: 2).coverage(ra: 0, dec: 0, radius: 180).count == 192)
    #expect(HEALPix(order: 2).coverage(ra: 0, dec: 0, radius: 180).allSatisfy { $0.isFull })
  }

  @Test(arguments: [2, 4, 6, 9])
  func `the cells of a polygon hold its points, and full cells no other`(order: Int) throws {
    var g = SeededGenerator(seed: 90 + UInt64(order))
    let healpix = HEALPix(order: order)
    for p in difficultSky(count: 24, seed: 6) {
      let size = 8 * healpix.resolution * (0.2 + g.unit())
      let turn = 7 * g.unit()
      let corners = (0..<5).map {
        p.moved(by: size * (0.3 + 0.7 * g.unit()), towards: turn + 1.25663706 * Double($0))
      }
      let polygon = try #require(SphericalPolygon(corners))
      let found = healpix.coverage(of: polygon)
      let all = Set(found.map(\.cell))
      let full = Set(found.filter(\.isFull).map(\.cell))
      #expect(all.count == found.count)
      for _ in 0..<300 {
        let q = p.moved(by: 1.2 * size * g.unit(), towards: 7 * g.unit())
        let cell = healpix.cell(at: q)
        if polygon.contains(q) { #expect(all.contains(cell)) } else { #expect(!full.contains(cell)) }
      }
      for c in found where !c.isFull {
        // A partial cell has its edge crossed, or holds a corner.
        let edge = healpix.boundary(of: c.cell, step: 32).map { polygon.contains($0) }
        let holdsCorner = corners.contains { healpix.cell(at: $0) == c.cell }
        let square = CellSquare(cell: c.cell, in: healpix)
        #expect(holdsCorner || edge.contains(true) || square.crosses(polygon))
      }
    }
  }

  /// healpy 1.20.1, `get_interp_weights(nside, ra, dec, nest=True, lonlat=True)`.
  static let weights: [(Int, Double, Double, [UInt64], [Double])] = [
    (0, 0, 90.0, [1, 2, 3, 0], [0.25, 0.25, 0.25, 0.25]),
    (
      0, 10, 89.9, [1, 2, 3, 0],
      [0.24948121678019, 0.24948121678019, 0.25028821289989445, 0.2507493535397256]
    ),
    (0, 123, -90.0, [8, 9, 10, 11], [0.25, 0.25, 0.25, 0.25]),
    (
      0, 350, -88.1, [11, 8, 9, 10],
      [0.26423771725478673, 0.25547604509799493, 0.24014311882360917, 0.24014311882360917]
    ),
    (
      0, 225.03436797768012, 52.601224596030654, [0, 1, 2, 3],
      [0.05598142878976181, 0.05598142878976181, 0.831759356922942, 0.056277785497534455]
    ),
    (
      0, 279.2468484882697, -33.33858941556415, [7, 4, 10, 11],
      [0.18180482574823892, 0.02081803182487602, 0.31676384205754426, 0.4806133003693408]
    ),
    (1, 0, 90.0, [7, 11, 15, 3], [0.25, 0.25, 0.25, 0.25]),
    (
      1, 10, 89.9, [7, 11, 15, 3],
      [0.2489387201885667, 0.2489387201885667, 0.2505895998952407, 0.2515329597276259]
    ),
    (1, 123, -90.0, [32, 36, 40, 44], [0.25, 0.25, 0.25, 0.25]),
    (
      1, 350, -88.1, [44, 32, 36, 40],
      [0.2791262348248939, 0.26120239800957457, 0.22983568358276577, 0.22983568358276577]
    ),
    (
      1, 91.75305155548486, -6.3065182477804935, [22, 21, 20, 39],
      [0.31171634945697224, 0.3643944416349161, 0.3112715537640866, 0.012617655144025046]
    ),
    (
      1, 181.63737322486318, 6.142102209151816, [27, 8, 26, 25],
      [0.30396734488849975, 0.011477810012159003, 0.31736916089820355, 0.36718568420113773]
    ),
    (
      3, 10, 89.9, [127, 191, 255, 63],
      [0.24572669081124426, 0.24572669081124426, 0.25237406066041984, 0.2561725577170916]
    ),
    (3, 123, -90.0, [512, 576, 640, 704], [0.25, 0.25, 0.25, 0.25]),
    (
      3, 350, -88.1, [704, 512, 576, 640],
      [0.3672785966247483, 0.29510715254798014, 0.16880712541363574, 0.16880712541363574]
    ),
    (
      3, 12.84490035849461, 1.706385367898745, [283, 284, 282, 281],
      [0.30636279938378574, 0.05060726007074423, 0.23035330958840264, 0.4126766309570674]
    ),
    (
      3, 167.83416911710407, 56.546714006950786, [116, 95, 94, 93],
      [0.06366679190973243, 0.2983241977437903, 0.19845614293603084, 0.4395528674104464]
    ),
    (
      3, 226.52145161676376, 1.6179781661358232, [128, 491, 405, 490],
      [0.29270008634569783, 0.04577548489812995, 0.24129755556388066, 0.4202268731922916]
    ),
    (10, 0, 90.0, [2097151, 3145727, 4194303, 1048575], [0.25, 0.25, 0.25, 0.25]),
    (
      10, 10, 89.9, [4194301, 1048574, 4194295, 1048571],
      [0.2253097954229578, 0.5858054680996901, 0.03148078941289202, 0.15740394706446]
    ),
    (10, 123, -90.0, [8388608, 9437184, 10485760, 11534336], [0.25, 0.25, 0.25, 0.25]),
    (
      10, 350, -88.1, [11535410, 11535409, 11535399, 11535408],
      [0.09781824526079785, 0.48909122630393775, 0.022949473801961485, 0.39014105463330295]
    ),
    (
      10, 133.0330718167944, -82.99312249717404, [9450049, 9449710, 9450048, 9449707],
      [0.23972401059135362, 0.03721102105091088, 0.24857376466432504, 0.47449120369341047]
    ),
    (
      10, 298.8171827286284, -43.71548974615334, [12158957, 12158962, 12158956, 12158951],
      [0.6267467581926107, 0.16484637025089005, 0.023330019939583797, 0.18507685161691545]
    ),
    (
      10, 96.33574964296275, 49.522796859610544, [1765707, 1765708, 1765706, 1765705],
      [0.1446018792897572, 0.1659613146402995, 0.2724754601923107, 0.41696134587763256]
    ),
    (
      10, 183.52469155263233, 43.97150170074454, [2798473, 2798470, 2798472, 2798467],
      [0.04365902291792134, 0.32008942992879763, 0.051448621156826746, 0.5848029259964543]
    ),
    (
      10, 230.29818009930943, 28.916985415627668, [2313855, 2314024, 2313854, 2313853],
      [0.5175305829004968, 0.20277834030537076, 0.061108082115021854, 0.21858299467911055]
    ),
    (
      10, 32.93841782269644, 4.72007169355235, [4580755, 4580756, 4580753, 4580670],
      [0.09215285588365266, 0.3016599708654329, 0.44494239250677886, 0.1612447807441356]
    ),
  ]

  @Test func `interpolation weights are those of healpy`() {
    for (order, ra, dec, cells, weights) in Self.weights {
      let found = HEALPix(order: order).interpolationWeights(ra: ra, dec: dec)
      #expect(Set(found.map(\.cell)) == Set(cells))
      for w in found {
        let expected = zip(cells, weights).first { $0.0 == w.cell }?.1 ?? .nan
        #expect((w.weight - expected).magnitude < 1e-9, "order \(order), (\(ra), \(dec)), cell \(w.cell)")
      }
      #expect((found.reduce(0) { $0 + $1.weight } - 1).magnitude < 1e-12)
    }
  }
}
