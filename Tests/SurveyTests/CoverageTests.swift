import Classifier
import Crossmatch
import DemoArchive
import Foundation
import GRDB
import Testing

@testable import Survey

/// The part of the sky that a crawl has asked for, as a MOC.
@Suite(.serialized) struct CoverageTests {
  /// The Python of `VOTRAWL_TEST_PYTHON`, if it has mocpy.
  static let python: String? = {
    guard let path = ProcessInfo.processInfo.environment["VOTRAWL_TEST_PYTHON"] else { return nil }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = ["-c", "import mocpy"]
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return nil }
    process.waitUntilExit()
    return process.terminationStatus == 0 ? path : nil
  }()

  @Test func aFinishedCrawlOfAllHasSearchedTheSky() async throws {
    try await DemoSurvey.with(maxrec: 60) { demo in
      #expect(try CrawlCoverage.searched(demo.survey).isEmpty)
      try await demo.crawl("lamost")
      #expect(try CrawlCoverage.searched(demo.survey) == .fullSky)
      #expect(try Status(of: demo.survey).collections.map(\.searched) == [1])
      // Changes alone do not add to it, nor does a pass that is done again.
      try await demo.crawl("lamost") { $0.mode = .again }
      #expect(try CrawlCoverage.searched(demo.survey, collections: ["lamost"]) == .fullSky)
    }
  }

  @Test func whatFailedOrWaitsIsNotSearched() async throws {
    try await DemoSurvey.with(maxrec: 30) { demo in
      try await demo.crawl("lamost")
      let cells = try demo.survey.rows { db in
        try Row.fetchAll(
          db,
          sql: "SELECT cell_order, cell FROM cell WHERE state = 'done' ORDER BY cell_order DESC, cell LIMIT 3"
        ).map { (order: $0["cell_order"] as Int, cell: UInt64(bitPattern: $0["cell"] as Int64)) }
      }
      #expect(cells.count == 3)
      try await demo.survey.database.write { db in
        for (index, cell) in cells.enumerated() {
          try db.execute(
            sql: "UPDATE cell SET state = ? WHERE cell_order = ? AND cell = ?",
            arguments: [index == 0 ? "pending" : "failed", cell.order, Int64(cell.cell)])
        }
        try db.execute(sql: "UPDATE harvest SET failures = 2")
      }
      let searched = try CrawlCoverage.searched(demo.survey)
      let area = cells.reduce(0.0) { $0 + 1 / Double(12 << (2 * $1.order)) }
      #expect(abs(searched.skyFraction - (1 - area)) < 1e-12)
      #expect(cells.allSatisfy { !searched.intersects($0.cell, order: $0.order) })
    }
  }

  @Test func aConeIsSearchedToItsBorderCells() async throws {
    try await DemoSurvey.with(maxrec: 30) { demo in
      let centre = demo.archive.records(of: .lamost)[17]
      try await demo.crawl("lamost") { $0.region = .cone(ra: centre.ra, dec: centre.dec, radius: 3) }
      let searched = try CrawlCoverage.searched(demo.survey)
      let cone = (1 - cos(3 * Double.pi / 180)) / 2
      #expect(searched.skyFraction > cone && searched.skyFraction < cone * 1.1)
      let spectra = try CrawlCoverage.spectra(demo.survey, order: 10)
      #expect(!spectra.isEmpty && spectra.isSubset(of: searched))
      let again = try Status(of: demo.survey).collections.first { $0.name == "lamost" }
      #expect(again?.searched == searched.skyFraction)
    }
  }

  @Test(
    arguments: [
      TAPSlice(), TAPSlice(decLow: 20, decHigh: 22.8125), TAPSlice(decHigh: -70),
      TAPSlice(decLow: 40, decHigh: 40.001, raLow: 355, raHigh: nil),
      TAPSlice(decLow: 88, raLow: 90, raHigh: 180),
      TAPSlice(decLow: 4, decHigh: 4.000_001, raHigh: 0.001),
    ])
  func aSliceCoversItsBoxAndLittleMore(slice: TAPSlice) {
    let moc = slice.coverage
    var random = SystemRandomNumberGenerator()
    for _ in 0..<20_000 {
      let ra = Double.random(in: 0..<360, using: &random)
      let dec = asin(Double.random(in: -1...1, using: &random)) * 180 / .pi
      if slice.contains(ra: ra, dec: dec) {
        #expect(moc.contains(ra: ra, dec: dec))
      } else if moc.contains(ra: ra, dec: dec) {
        // Half a degree at most: a cell of order 7 and the circle about it.
        let low = (slice.decLow ?? -90) - 1, high = (slice.decHigh ?? 90) + 1
        #expect(dec >= low && dec <= high)
      }
    }
    let (low, high) = slice.span(.dec)
    let (left, right) = slice.span(.ra)
    #expect(moc.contains(ra: (left + right) / 2, dec: (low + high) / 2))
    #expect(moc.contains(ra: left, dec: low) && moc.skyFraction <= 1)
  }

  @Test(.enabled(if: python != nil, "needs a Python with mocpy and astropy (VOTRAWL_TEST_PYTHON)"))
  func mocpyReadsWhatWasSearchedAndFindsEverySpectrumInIt() async throws {
    try await DemoSurvey.with(maxrec: 50) { demo in
      for (name, kind, radius) in [("lamost", SimulatedSurvey.Kind.lamost, 25.0), ("ondrejov", .ondrejov, 4)]
      {
        let centre = demo.archive.records(of: kind)[11]
        try await demo.crawl(name) { $0.region = .cone(ra: centre.ra, dec: centre.dec, radius: radius) }
      }
      let folder = try TemporaryFolder().path
      for of in ["searched", "spectra"] {
        let outcome = try await Program.run(
          [
            "moc", "make", "--of", of, "--order", "9", "-o", "\(folder)/\(of).fits", "--survey",
            demo.survey.path,
          ])
        #expect(outcome.status == 0, "\(outcome.errors)")
      }
      let positions = try demo.survey.rows { db in
        try Row.fetchAll(db, sql: "SELECT ra, dec FROM spectrum WHERE ra IS NOT NULL").map {
          "\($0["ra"] as Double) \($0["dec"] as Double)"
        }
      }
      #expect(positions.count > 10)
      try positions.joined(separator: "\n").write(
        toFile: folder + "/positions", atomically: true, encoding: .utf8)
      let script = """
        import sys, numpy as np, astropy.units as u
        from mocpy import MOC
        p = np.loadtxt(sys.argv[1] + '/positions')
        out = []
        for name in ('searched', 'spectra'):
            moc = MOC.load(sys.argv[1] + '/' + name + '.fits', format='fits')
            inside = moc.contains_lonlat(p[:, 0] * u.deg, p[:, 1] * u.deg)
            out += [moc.max_order, int(inside.all()), repr(float(moc.sky_fraction))]
        own = MOC.from_lonlat(p[:, 0] * u.deg, p[:, 1] * u.deg, max_norder=9)
        print(*out, int(own == moc))
        """
      let told = try await Program.tool(Self.python ?? "python3", ["-c", script, folder])
      #expect(told.status == 0, "\(told.errors)")
      let words = told.output.split(whereSeparator: \.isWhitespace).map(String.init)
      try #require(words.count == 7, "\(told.output)")
      let searched = try CrawlCoverage.searched(demo.survey)
      #expect(words[1] == "1" && words[4] == "1" && words[3] == "9")
      #expect(abs((Double(words[2]) ?? 0) - searched.skyFraction) < 1e-12)
      #expect(words[6] == "1", "mocpy makes the same cells of the positions")
      let status = try await Program.run(["status", "--json", "--survey", demo.survey.path])
      #expect(status.output.contains("\"searched\" : 0."))
    }
  }
}
