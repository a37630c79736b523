import Foundation
import Tables
import Testing

/// The commands on databases, against a real DaCHS.
@Suite(
  .serialized,
  .enabled(if: DaCHSTests.base != nil, "no VOTRAWL_TEST_DACHS: start a DaCHS and give its base URL"))
struct TapCommandTests {
  private let tap = (DaCHSTests.base ?? "") + "/tap"

  @Test func aQueryGivesWhatStiltsGets() async throws {
    let folder = try TemporaryFolder()
    let query = "SELECT accref, ssa_pubdid, ssa_dateobs FROM lamost.data"
    let ours = folder.path + "/ours.vot"
    let outcome = try await Program.run(["tap", tap, query, "--maxrec", "5000", "-o", ours])
    #expect(outcome.status == 0, "\(outcome.errors)")
    let theirs = folder.path + "/theirs.csv"
    let stilts = try await Program.tool(
      "stilts",
      ["tapquery", "tapurl=\(tap)", "sync=true", "maxrec=5000", "adql=\(query)", "out=\(theirs)", "ofmt=csv"])
    guard stilts.status != 127 else { return }
    #expect(stilts.status == 0, "\(stilts.errors)")
    let (one, other) = (try TableFile.read(path: ours), try TableFile.read(path: theirs))
    func rows(_ table: Table) -> [String] {
      (0..<table.rowCount).map { row in
        (table.columns[0].string(row) ?? "") + " " + "\(table.columns[2].double(row) ?? .nan)"
      }.sorted()
    }
    #expect(one.rowCount > 0 && rows(one) == rows(other))
    let lint = try await Program.tool("stilts", ["votlint", ours])
    #expect(!lint.output.contains("ERROR"), "\(lint.output)")
  }

  @Test func aJobThatWasKilledGoesOnWhenTheSameCommandIsRunAgain() async throws {
    let folder = try TemporaryFolder()
    let state = ["XDG_STATE_HOME": folder.path]
    let table = folder.path + "/numbers.csv"
    try ("n\n" + (0..<3000).map { "\($0)" }.joined(separator: "\n") + "\n").write(
      toFile: table, atomically: true, encoding: .utf8)
    // Long enough to be killed in: every number with every other.
    let query = "SELECT a.n FROM TAP_UPLOAD.mine AS a JOIN TAP_UPLOAD.mine AS b ON MOD(a.n*b.n, 7919) = 3"
    let command = [
      "tap", tap, query, "--upload", "mine=\(table)", "--async", "--maxrec", "20000", "--format", "csv",
    ]
    let process = try Program.start(command, environment: state)
    // In a thread of its own, which busy neighbours do not hold up: killed as soon as the note has its name.
    let jobs = await withCheckedContinuation { continuation in
      Thread.detachNewThread {
        var jobs: [String] = []
        for _ in 0..<90_000 where jobs.isEmpty {
          usleep(1000)
          let names = try? FileManager.default.contentsOfDirectory(atPath: folder.path + "/votrawl/jobs")
          jobs = names?.filter { $0.hasSuffix(".json") } ?? []
        }
        kill(process.processIdentifier, SIGKILL)
        continuation.resume(returning: jobs)
      }
    }
    #expect(jobs.count == 1)
    await Program.end(of: process)
    let listed = try await Program.run(["tap", "jobs"], environment: state)
    #expect(listed.status == 0 && listed.output.contains("/async/"), "\(listed.output)")
    let again = try await Program.run(command, environment: state)
    #expect(again.status == 0 && again.errors.contains("going on with the job"), "\(again.errors)")
    var count = 0
    for a in 0..<3000 { for b in 0..<3000 where a * b % 7919 == 3 { count += 1 } }
    #expect(again.output.split(separator: "\n").count == 1 + min(count, 20_000))
    #expect(try await Program.run(["tap", "jobs"], environment: state).status == 1)
  }

  @Test func tablesAndColumnsAreListed() async throws {
    let tables = try await Program.run(["tap", "tables", tap, "obscore", "--format", "csv"])
    #expect(tables.status == 0 && tables.output.contains("ivoa.obscore"))
    let columns = try await Program.run(["tap", "columns", tap, "ivoa.ObsCore", "--json"])
    #expect(columns.status == 0 && columns.output.contains("\"obs_publisher_did\""))
    #expect(try await Program.run(["tap", "columns", tap, "no.such"]).status == 1)
  }

  @Test func aQueryThatFailsSaysWhyAndOneOfNoRowsIsExitCodeOne() async throws {
    let wrong = try await Program.run(["tap", tap, "SELEKT 1"])
    #expect(wrong.status == 2 && wrong.errors.contains("SVC-04"), "\(wrong.errors)")
    var failed = try await Program.run(["tap", tap, "SELECT nosuch FROM lamost.data", "--async"])
    // A busy DaCHS takes a job whose process ended before it had looked for one that hangs, and loses the reason.
    for _ in 0..<4 where failed.errors.contains("Job hung") {
      #expect(failed.status == 2 && failed.errors.contains("SVC-11"), "\(failed.errors)")
      failed = try await Program.run(["tap", tap, "SELECT nosuch FROM lamost.data", "--async"])
    }
    #expect(failed.status == 2 && failed.errors.contains("nosuch"), "\(failed.errors)")
    let empty = try await Program.run(["tap", tap, "SELECT accref FROM lamost.data WHERE ssa_dateobs < 0"])
    #expect(empty.status == 1, "\(empty.errors)")
    let cut = try await Program.run([
      "tap", tap, "SELECT accref FROM lamost.data", "--maxrec", "2", "--format", "csv",
    ])
    #expect(cut.status == 0 && cut.output.split(separator: "\n").count == 3)
  }

  @Test func aServiceIsFoundInTheRegistryAndByObsCore() async throws {
    let found = try await Program.run([
      "service", "find", "ondrejov", "--waveband", "optical", "--registry", tap, "--format", "csv",
    ])
    #expect(found.status == 0 && found.output.contains("/ccd700/q/ssa/ssap.xml"), "\(found.errors)")
    let region = try await Program.run(["service", "find", "--registry", tap, "--region", "10,20,2deg"])
    #expect(region.status == 2 && region.errors.contains("SVC-08") && region.errors.contains("hint: "))
    let spectra = try await Program.run(["search", tap, "--maxrec", "3", "--uniform", "--format", "csv"])
    #expect(spectra.status == 0 && spectra.output.split(separator: "\n").count == 4, "\(spectra.errors)")
    let check = try await Program.run(["service", "check", tap])
    #expect(check.status == 0 && check.output.contains("upload"), "\(check.output)")
  }
}
