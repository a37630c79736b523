import Crossmatch
import Foundation
import Tables
import Testing

@testable import Survey

/// What files say about their rows beyond positions, used in matches.
@Suite struct FileMatchRowTests {
  private static let hasStilts = ["/usr/bin/stilts", "/usr/local/bin/stilts"].contains {
    FileManager.default.isExecutableFile(atPath: $0)
  }

  /// A catalogue of a crowded field around (120°, +60°), five arcminutes wide, the same for the same seed.
  private static func field(_ seed: UInt64, rows: Int = 1500) -> Tables.Table {
    var state = seed
    func unit() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 11) * 0x1p-53
    }
    var columns: [[Double]] = [[], [], [], [], [], []]
    for _ in 0..<rows {
      columns[0].append(120 + (unit() - 0.5) / 6)
      columns[1].append(60 + (unit() - 0.5) / 12)
      columns[2].append(2500 * unit())
      columns[3].append(0.2 + 2 * unit())
      columns[4].append(0.1 + 0.5 * unit())
      columns[5].append(180 * unit())
    }
    let fields = [
      ("ra", "deg", "pos.eq.ra;meta.main"), ("dec", "deg", "pos.eq.dec;meta.main"), ("err", "mas", nil),
      ("major", "arcsec", nil), ("minor", "arcsec", nil), ("pa", "deg", nil),
    ]
    return Table(
      columns: zip(fields, columns).map {
        Column(Field(name: $0.0, unit: $0.1, ucd: $0.2), doubles: $1)
      })
  }

  private static func write(_ table: Tables.Table, _ name: String, _ folder: String) throws -> String {
    let path = "\(folder)/\(name)"
    try TableFile.write(table, path: path)
    return path
  }

  private static func report(_ arguments: [String]) async throws -> FileMatch.Summary {
    let outcome = try await Program.run(["match"] + arguments + ["--json"])
    #expect(outcome.status == 0, "\(outcome.errors)")
    return try JSONDecoder().decode(FileMatch.Summary.self, from: Data(outcome.output.utf8))
  }

  @Test(.enabled(if: hasStilts, "needs stilts"))
  func radiiOfEachRowGiveThePairsOfStiltsSkyerr() async throws {
    let folder = try TemporaryFolder().path
    let one = try Self.write(Self.field(1), "one.fits", folder)
    let two = try Self.write(Self.field(2), "two.fits", folder)
    let out = folder + "/ours.fits"
    let ours = try await Self.report([one, two, "--radius", "6arcsec", "--row-radius", "err", "-o", out])
    let stilts = try await Program.tool(
      "stilts",
      [
        "tmatch2", "matcher=skyerr", "params=6", "find=all", "in1=\(one)", "in2=\(two)",
        "values1=ra dec err*0.001", "values2=ra dec err*0.001", "out=\(folder)/theirs.fits",
      ])
    #expect(stilts.status == 0, "\(stilts.errors)")
    let theirs = try TableFile.read(path: folder + "/theirs.fits")
    #expect(ours.pairs == theirs.rowCount && ours.pairs > 300)
    let mine = try TableFile.read(path: out)
    let place = { (t: Tables.Table, row: Int) in
      [0, 1, 6, 7].map { t.columns[$0].double(row) ?? .nan }
    }
    #expect(
      Set((0..<mine.rowCount).map { place(mine, $0) }) == Set((0..<theirs.rowCount).map { place(theirs, $0) })
    )
    // A value for all rows of one side, and the root of the sum of squares.
    let squares = try await Self.report([
      one, two, "--radius", "6arcsec", "--row-radius", "err,0.5arcsec", "--quadrature",
    ])
    #expect(squares.pairs < ours.pairs && squares.pairs > 30)
  }

  @Test func errorEllipsesGiveThePairsOfTheFormulaInThePlane() async throws {
    let folder = try TemporaryFolder().path
    let tables = [Self.field(3), Self.field(4)]
    let one = try Self.write(tables[0], "one.vot", folder)
    let two = try Self.write(tables[1], "two.vot", folder)
    let out = folder + "/pairs.vot"
    let ours = try await Self.report([
      one, two, "--radius", "30arcsec", "--ellipse", "major:minor:pa", "--sigmas", "2.5", "-o", out,
    ])
    let values = tables.map { t in (0..<6).map { t.columns[$0].doubleValues } }
    var expected = 0
    var close = 0
    for i in 0..<1500 {
      for j in 0..<1500 {
        let north = (values[1][1][j] - values[0][1][i]) * 3600
        let mean = (values[1][1][j] + values[0][1][i]) / 2 * .pi / 180
        let east = (values[1][0][j] - values[0][0][i]) * 3600 * cos(mean)
        guard east * east + north * north < 900 else { continue }
        var (ee, en, nn) = (0.0, 0.0, 0.0)
        for (t, k) in [(0, i), (1, j)] {
          let (a, b) = (pow(values[t][3][k], 2), pow(values[t][4][k], 2))
          let (s, c) = (sin(values[t][5][k] * .pi / 180), cos(values[t][5][k] * .pi / 180))
          ee += a * s * s + b * c * c
          en += (a - b) * s * c
          nn += a * c * c + b * s * s
        }
        let square = (nn * east * east - 2 * en * east * north + ee * north * north) / (ee * nn - en * en)
        if (square.squareRoot() - 2.5).magnitude < 0.005 {
          close += 1
        } else if square < 6.25 {
          expected += 1
        }
      }
    }
    // The plane is good to a thousandth here; what is nearer to the limit may go either way.
    #expect(ours.pairs >= expected && ours.pairs <= expected + close && expected > 500)
    let sigmas = try #require(TableFile.read(path: out).column("sigmas")).doubleValues
    #expect(sigmas.count == ours.pairs && (sigmas.max() ?? 9) <= 2.5 && (sigmas.min() ?? -1) >= 0)
  }

  /// Barnard's star, 10.4″ a year, with the motion of Gaia DR3 at 2016.0.
  @Test(arguments: ["years", "mjd", "date"])
  func aFastStarIsFoundAtTheEpochOfEachVisit(epoch: String) async throws {
    let folder = try TemporaryFolder().path
    let star = SkyPosition(ra: 269.448_502_525, dec: 4.739_420_051)
    let dates = ["1995-06-01", "2004-07-15T12:00:00", "2023-09-30"]
    let mjds = [49_869.0, 53_201.5, 60_217]
    let years = mjds.map { 2000 + ($0 - 51_544.5) / 365.25 }
    let seen = years.map { star.moved(pmRA: -801.551, pmDec: 10_362.394, years: $0 - 2016) }
    let visits = Table(columns: [
      Column(Field(name: "RA", unit: "deg"), doubles: seen.map(\.ra)),
      Column(Field(name: "DEC", unit: "deg"), doubles: seen.map(\.dec)),
      Column(Field(name: "years", unit: "yr"), doubles: years),
      Column(Field(name: "mjd", unit: "d"), doubles: mjds), Column(.text("date"), strings: dates),
    ])
    let gaia = Table(columns: [
      Column(Field(name: "ra", unit: "deg", ucd: "pos.eq.ra"), doubles: [10, star.ra]),
      Column(Field(name: "dec", unit: "deg", ucd: "pos.eq.dec"), doubles: [10, star.dec]),
      Column(Field(name: "pmra", unit: "mas.yr**-1"), doubles: [nil, -801.551]),
      Column(Field(name: "pmdec", unit: "arcsec/yr"), doubles: [nil, 10.362_394]),
    ])
    let one = try Self.write(visits, "visits.vot", folder)
    let two = try Self.write(gaia, "gaia.vot", folder)
    let found = try await Self.report([
      one, two, "--radius", "1arcsec", "--pm", ",pmra:pmdec", "--epoch", "\(epoch),2016.0",
    ])
    #expect(found.pairs == 3 && found.separationSum < 0.01)
    #expect(try await Program.run(["match", one, two, "--radius", "1arcsec"]).status == 1)
  }

  @Test func visitsOfAnObjectStayTogetherWhereOneToOneWouldPartThem() async throws {
    let folder = try TemporaryFolder().path
    func catalogue(_ places: [(Double, Double)], _ name: String) throws -> String {
      let table = Table(columns: [
        Column(Field(name: "ra", unit: "deg", ucd: "pos.eq.ra;meta.main"), doubles: places.map(\.0)),
        Column(Field(name: "dec", unit: "deg", ucd: "pos.eq.dec;meta.main"), doubles: places.map(\.1)),
      ])
      return try Self.write(table, name, folder)
    }
    let one = try catalogue([(10.0, 5.0), (10.0001, 5.0), (50, -20), (10, 5.0001), (50.0001, -20)], "a.fits")
    let two = try catalogue([(10.0002, 5.0001), (50.0001, -20.0001), (10.0002, 5.0002), (200, 0)], "b.fits")
    let base = [one, two, "--radius", "2arcsec", "--mode", "one-to-one"]
    #expect(try await Self.report(base).pairs == 3)
    let out = folder + "/j.fits"
    let found = try await Self.report(base + ["--visits", "1arcsec", "--chance", "-o", out])
    #expect(found.pairs == 8 && found.leftMatched == 5 && found.rightMatched == 3)
    let objects = try #require(found.objects)
    #expect(objects.left == 2 && objects.right == 3 && objects.pairs == 2 && found.falseMatchRate == 0)
    let table = try TableFile.read(path: out)
    #expect(table.rowCount == 8)
    let left = try #require(table.column("left_object"))
    let right = try #require(table.column("right_object"))
    #expect((0..<8).allSatisfy { left.integer($0) == right.integer($0) })
  }

  @Test(.enabled(if: hasStilts, "needs stilts"))
  func theGroupsOfOneFileAreThoseOfStilts() async throws {
    let folder = try TemporaryFolder().path
    let one = try Self.write(Self.field(7), "one.fits", folder)
    let out = folder + "/groups.fits"
    let run = try await Program.run(["match", one, "--radius", "4.5arcsec", "-o", out, "--json"])
    let ours = try JSONDecoder().decode(FileGroups.Summary.self, from: Data(run.output.utf8))
    let stilts = try await Program.tool(
      "stilts",
      [
        "tmatch1", "matcher=sky", "params=4.5", "action=identify", "in=\(one)", "values=ra dec",
        "out=\(folder)/theirs.fits",
      ])
    #expect(stilts.status == 0, "\(stilts.errors)")
    let theirs = try TableFile.read(path: folder + "/theirs.fits")
    let mine = try TableFile.read(path: out)
    let (id, size) = try (#require(mine.column("group_id")), #require(mine.column("group_size")))
    let (theirID, theirSize) = try (#require(theirs.column("GroupID")), #require(theirs.column("GroupSize")))
    var partner: [Int: Int] = [:]
    for row in 0..<1500 {
      // STILTS numbers groups of several rows only.
      #expect((size.integer(row) ?? 0) == (theirSize.integer(row) ?? 1))
      guard let group = theirID.integer(row), let own = id.integer(row) else { continue }
      #expect(partner[group, default: own] == own)
      partner[group] = own
    }
    #expect(
      partner.count == ours.repeated && ours.repeated > 100 && Set(partner.values).count == ours.repeated)
    for (keep, rows) in [
      ("first", ours.groups), ("repeated", ours.rowsRepeated), ("single", 1500 - ours.rowsRepeated),
    ] {
      _ = try await Program.run(["match", one, "--radius", "4.5arcsec", "--keep", keep, "-o", out])
      #expect(try TableFile.read(path: out).rowCount == rows, "\(keep)")
    }
    let bounded = try await Program.run([
      "match", one, "--radius", "4.5arcsec", "--diameter", "6arcsec", "--json",
    ])
    let narrow = try JSONDecoder().decode(FileGroups.Summary.self, from: Data(bounded.output.utf8))
    #expect(narrow.groups > ours.groups && narrow.largest < ours.largest)
  }

  @Test(arguments: [
    (["--row-radius", "nothing"], 2, "has no column \"nothing\", nor is that an angle such as 0.5arcsec"),
    (["--row-radius", "err", "--ellipse", "major"], 64, "give one"),
    (["--ellipse", "major:minor"], 2, "give MAJOR:MINOR:ANGLE"), (["--ellipse", "label"], 2, "is in m, not"),
    (["--pm", "err:err"], 64, "--epoch LEFT,RIGHT"),
    (["--pm", "err:err", "--epoch", "2000,"], 2, "epochs of both"),
    (["--pm", "err:err", "--epoch", "2000"], 2, "is in mas, not an angle a year"),
    (["--epoch", "err,err"], 2, "is in mas, which is no epoch"), (["--sigmas", "3"], 64, "needs --ellipse"),
    (["--row-radius", "a,b,c"], 64, "has 3 parts"), (["--visits", "1"], 64, "--visits"),
    (["--visits", "1arcsec", "--epoch", "2000"], 64, "--visits groups by position alone"),
    (["--diameter", "1arcsec"], 64, "it needs --visits"), (["--keep", "first"], 64, "of one file"),
  ])
  func whatCannotBeMeantIsRefusedWithTheReason(options: [String], status: Int, reason: String) async throws {
    let folder = try TemporaryFolder().path
    var table = Self.field(5, rows: 3)
    table.columns[4].field.name = "label"
    table.columns[4].field.unit = "m"
    let one = try Self.write(table, "one.vot", folder)
    let run = try await Program.run(["match", one, one, "--radius", "1arcsec"] + options)
    #expect(run.status == Int32(status))
    let words = run.errors.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(words.contains(reason), "\(run.errors)")
  }

  @Test func whatIsForFilesIsRefusedForCollections() async throws {
    for (options, reason) in [
      (["collection", "other", "--visits", "1arcsec"], "is no file"), (["collection"], "RIGHT is missing"),
      (["collection", "other", "--join", "outer"], "is no file"),
    ] {
      let run = try await Program.run(["match", "--radius", "1arcsec"] + options)
      #expect(run.status == 64 && run.errors.contains(reason), "\(run.errors)")
    }
  }

  @Test func positionsInOtherUnitsAreConvertedAndLengthsRefused() async throws {
    let folder = try TemporaryFolder().path
    func catalogue(_ ra: Double, _ dec: Double, _ units: (String, String), _ name: String) throws -> String {
      let table = Table(columns: [
        Column(Field(name: "ra", unit: units.0, ucd: "pos.eq.ra"), doubles: [ra]),
        Column(Field(name: "dec", unit: units.1, ucd: "pos.eq.dec"), doubles: [dec]),
      ])
      return try Self.write(table, name, folder)
    }
    let degrees = try catalogue(83.25, -5.5, ("deg", "deg"), "deg.fits")
    let radians = try catalogue(83.25 * .pi / 180, -5.5 * .pi / 180, ("rad", "rad"), "rad.fits")
    let hours = try catalogue(5.55, -5.5, ("h", "deg"), "hours.vot")
    for other in [radians, hours] {
      #expect(try await Self.report([degrees, other, "--radius", "1mas"]).pairs == 1)
    }
    let metres = try catalogue(5.55, -5.5, ("m", "m"), "metres.fits")
    let run = try await Program.run(["match", degrees, metres, "--radius", "1arcsec"])
    #expect(run.status == 2 && run.errors.contains("is in m, which is no angle"), "\(run.errors)")
  }
}
