import Foundation
import Tables
import Testing

@testable import Survey
@testable import votrawl

/// Cut-outs of single spectra, from the demo archive and from a real DaCHS, which makes jobs of them, too.
@Suite(.serialized) struct CutoutCommandTests {
  private struct Piece: Decodable {
    var id: String
    var file: String?
    var problem: String?
  }

  @Test func namesLeaveNoFolderAndAreNeverTheSame() {
    let names = CutoutName.files(
      for: ["ivo://a/x.fits", "ivo://b/x.fits", "ivo://a/..", "ivo://a/?.hidden", "a b/ü"],
      form: "application/fits")
    #expect(names[0] == "x-cutout.fits" && names[1] == "x-2-cutout.fits")
    #expect(names.allSatisfy { !$0.contains("/") && !$0.hasPrefix(".") } && Set(names).count == 5)
  }

  @Test func spectraOfTheDemoArchiveAreCutAndWhatIsNotThereIsSaid() async throws {
    try await DemoSurvey.with(ondrejov: 20, lamost: 20) { demo in
      try await demo.crawl("lamost")
      let dids = try demo.survey.publisherDIDs(of: "lamost").prefix(2)
      let folder = try TemporaryFolder().path + "/cuts"
      let arguments = ["--service", demo.base + "/lamost/ssap", "--into", folder, "--json"]
      let good = try await Program.run(["cutout"] + dids + ["--band", "6540..6590Angstrom"] + arguments)
      #expect(good.status == 0, "\(good.errors)")
      let pieces = try JSONDecoder().decode([Piece].self, from: Data(good.output.utf8))
      #expect(pieces.map(\.id) == Array(dids))
      for piece in pieces {
        let table = try TableFile.read(path: try #require(piece.file))
        #expect(table.rowCount > 20 && table.rowCount < 60)
      }
      let none = try await Program.run(["cutout"] + dids + ["--band", "20..30um"] + arguments)
      #expect(none.status == 1 && none.errors.contains("empty"), "\(none.errors)")
      let some = try await Program.run(
        ["cutout", dids[0], "ivo://x/no/such", "--band", "654..659nm"] + arguments)
      #expect(some.status == 3 && some.errors.contains("ivo://x/no/such"), "\(some.errors)")
    }
  }

  @Test(
    .enabled(if: DaCHSTests.base != nil, "no VOTRAWL_TEST_DACHS: start a DaCHS and give its base URL"))
  func aJobOfDaCHSGivesWhatItsSynchronousServiceGives() async throws {
    let base = DaCHSTests.base ?? ""
    let table = try await Program.run(
      ["tap", base + "/tap", "SELECT TOP 2 ssa_pubdid FROM lamost.data", "--format", "csv"])
    let dids = table.output.split(whereSeparator: \.isNewline).dropFirst().map(String.init)
    #expect(dids.count == 2)
    let folder = try TemporaryFolder().path
    for (name, more) in [("sync", []), ("async", ["--async"])] {
      let outcome = try await Program.run(
        ["cutout"] + dids + [
          "--service", base + "/lamost/q/ssa/ssap.xml", "--band", "6500..6600Angstrom", "--into",
          folder + "/" + name,
        ] + more)
      #expect(outcome.status == 0, "\(outcome.errors)")
    }
    let files = try FileManager.default.contentsOfDirectory(atPath: folder + "/sync").sorted()
    #expect(files.count == 2)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder + "/async").sorted() == files)
    for file in files {
      let (one, other) = (
        try TableFile.read(path: "\(folder)/sync/\(file)"),
        try TableFile.read(path: "\(folder)/async/\(file)")
      )
      #expect(one.rowCount == other.rowCount && one.rowCount > 10)
      for row in 0..<one.rowCount {
        #expect(one.columns[0].double(row) == other.columns[0].double(row))
        #expect(one.columns[1].double(row) == other.columns[1].double(row))
      }
    }
  }
}
