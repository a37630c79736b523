import Foundation
import Synchronization
import Tables
import Testing

@testable import VOClient

/// TAP and UWS against a server that plays each thing that can happen.
@Suite struct TAPTests {
  private static func job(_ phase: String, _ rest: String = "") -> String {
    """
    <?xml version="1.0"?><!-- a job --><uws:job xmlns:uws="http://www.ivoa.net/xml/UWS/v1.0"
     xmlns:xlink="http://www.w3.org/1999/xlink"><uws:jobId>j1</uws:jobId><uws:phase>\(phase)</uws:phase>
    <uws:executionDuration>3600</uws:executionDuration>\(rest)</uws:job>
    """
  }

  private static let results = #"<uws:results><uws:result id="result" xlink:href="../out/r1"/></uws:results>"#
  private static let failure =
    "<uws:errorSummary type=\"fatal\"><uws:message>Column &lt;x&gt; is &#x75;nknown</uws:message></uws:errorSummary>"

  /// Plays a job that starts when it is told to and then is in one phase after another.
  private static func server(phases: [String], results: String = TAPTests.results) throws -> FaultServer {
    let step = Mutex(-1)
    return try FaultServer { request in
      switch (request.method, request.target.split(separator: "?")[0]) {
      case ("POST", "/tap/async"): return [.answer(303, ["Location: /jobs/j1"])]
      case ("POST", "/jobs/j1/phase"):
        if request.body == "PHASE=RUN" { step.withLock { $0 = 0 } }
        return [.answer(303, ["Location: /jobs/j1"])]
      case ("GET", "/jobs/j1"):
        let phase = step.withLock { step in
          if step < 0 { return "PENDING" }
          defer { step = min(step + 1, phases.count - 1) }
          return phases[step]
        }
        let rest = phase == "COMPLETED" ? results : phase == "ERROR" ? failure : ""
        return [.answer(200, [], text: job(phase, rest))]
      case ("GET", "/out/r1"), ("GET", "/jobs/j1/results/result"):
        return [.answer(200, [], text: Fixture.votable(rows: 3))]
      case ("DELETE", "/jobs/j1"): return [.answer(303, ["Location: /tap/async"])]
      default: return [.answer(404, [], text: "no such thing")]
      }
    }
  }

  private func tap(_ server: FaultServer) -> TAPService {
    TAPService(url: server.base + "/tap/", engine: Fixture.engine())
  }

  @Test func `A job is made, started on its own, waited for, fetched and deleted`() async throws {
    let server = try Self.server(phases: ["QUEUED", "EXECUTING", "EXECUTING", "COMPLETED"])
    defer { server.stop() }
    let created = Mutex<[String]>([])
    let document = try await tap(server).async("SELECT 1") { url in created.withLock { $0.append(url) } }
    #expect(document.results?.rowCount == 3)
    #expect(created.withLock { $0 } == [server.base + "/jobs/j1"])
    let made = try #require(server.requests.first)
    #expect(made.body.contains("REQUEST=doQuery&LANG=ADQL&QUERY=SELECT%201"))
    #expect(!made.body.contains("PHASE"))
    let steps = server.requests.map { "\($0.method) \($0.target)" }
    #expect(steps.contains("POST /jobs/j1/phase"))
    #expect(steps.contains("GET /jobs/j1?WAIT=60"))
    #expect(steps.contains("GET /out/r1"))
    #expect(steps.last == "DELETE /jobs/j1")
  }

  @Test func `A job is taken up by its address, whether it was started or not`() async throws {
    for isStarted in [true, false] {
      let server = try Self.server(phases: ["EXECUTING", "COMPLETED"], results: "")
      defer { server.stop() }
      let job = try await tap(server).makeJob("SELECT 1")
      if isStarted { try await job.run() }
      let document = try await tap(server).resume(jobURL: job.url)
      #expect(document.results?.rowCount == 3)
      #expect(server.requests.filter { $0.target.hasSuffix("/phase") }.count == 1)
    }
  }

  @Test func `A job that fails is SVC-11 with the message`() async throws {
    let server = try Self.server(phases: ["EXECUTING", "ERROR"])
    defer { server.stop() }
    let error = await #expect(throws: ServiceError.self) { try await tap(server).async("SELECT x") }
    #expect(error?.code == "SVC-11")
    #expect(error?.message == "the job failed: Column <x> is unknown")
  }

  @Test(arguments: ["ABORTED", "ARCHIVED"]) func `A job that was ended is SVC-12`(_ phase: String)
    async throws
  {
    let server = try Self.server(phases: [phase])
    defer { server.stop() }
    let error = await #expect(throws: ServiceError.self) { try await tap(server).async("SELECT x") }
    #expect(error?.code == "SVC-12")
  }

  @Test func `A job that the service forgot is SVC-12`() async throws {
    let server = try Self.server(phases: [])
    defer { server.stop() }
    let job = UWSJob(url: server.base + "/jobs/other", engine: Fixture.engine())
    let error = await #expect(throws: ServiceError.self) { try await job.state() }
    #expect(error?.code == "SVC-12")
    // Deleting what is gone is no failure.
    try await job.delete()
  }

  @Test func `A refused creation is not repeated and keeps the words`() async throws {
    let server = try FaultServer { _ in [.answer(503, [], text: Fixture.errorDocument("too many jobs"))] }
    defer { server.stop() }
    let error = await #expect(throws: ServiceError.self) { try await tap(server).makeJob("SELECT 1") }
    #expect(error?.message.contains("too many jobs") == true)
    #expect(server.requests.count == 1)
  }

  @Test func `An upload is sent within the request`() async throws {
    let server = try FaultServer { _ in [.answer(200, [], text: Fixture.votable(rows: 1))] }
    defer { server.stop() }
    let upload = TAPService.Upload(name: "mine", votable: Array("<VOTABLE/>".utf8))
    _ = try await tap(server).sync("SELECT * FROM TAP_UPLOAD.mine", maxrec: 7, uploads: [upload])
    let request = try #require(server.requests.first)
    #expect(request.target == "/tap/sync")
    let type = try #require(request.headers["content-type"])
    let boundary = String(try #require(type.split(separator: "=").last))
    #expect(type.hasPrefix("multipart/form-data; boundary="))
    let parts = request.body.components(separatedBy: "--\(boundary)")
    #expect(parts.count == 9)
    #expect(parts.last == "--\r\n")
    #expect(
      parts.contains("\r\nContent-Disposition: form-data; name=\"UPLOAD\"\r\n\r\nmine,param:upload0\r\n"))
    #expect(
      parts.contains(
        "\r\nContent-Disposition: form-data; name=\"upload0\"; filename=\"upload0\"\r\n"
          + "Content-Type: application/x-votable+xml\r\n\r\n<VOTABLE/>\r\n"))
  }

  @Test func `A name that could change the query is refused`() async {
    let tap = TAPService(url: "http://127.0.0.1:9/tap", engine: Fixture.engine())
    let upload = TAPService.Upload(name: "a,param:b;c", votable: [])
    let error = await #expect(throws: ServiceError.self) { try await tap.sync("SELECT 1", uploads: [upload]) }
    #expect(error?.code == "SVC-01")
  }

  @Test func `An error after the rows is an error`() async throws {
    let late = #"<INFO name="QUERY_STATUS" value="ERROR">division by zero</INFO>"#
    let server = try FaultServer { _ in [.answer(200, [], text: Fixture.votable(rows: 1000, after: late))] }
    defer { server.stop() }
    let error = await #expect(throws: ServiceError.self) { try await tap(server).sync("SELECT 1") }
    #expect(error?.code == "SVC-04")
    #expect(error?.message.contains("division by zero") == true)
  }

  @Test func `Cancelling a waiting task leaves the job alone`() async throws {
    let server = try Self.server(phases: ["EXECUTING"])
    defer { server.stop() }
    let service = tap(server)
    let task = Task { try await service.async("SELECT 1") }
    while server.requests.count < 5 { try await Task.sleep(for: .milliseconds(5)) }
    task.cancel()
    let error = await #expect(throws: ServiceError.self) { try await task.value }
    #expect(error?.transfer?.code == "NET-16")
    #expect(!server.requests.contains { $0.method == "DELETE" })
  }

  @Test(
    .enabled(if: TestData.areSamplesThere, TestData.absent),
    arguments: [
      ("async-pending.xml", UWSJob.Phase.pending), ("async-completed.xml", .completed),
      ("async-failed.xml", .error),
      ("async-executing.xml", .executing), ("async-aborted.xml", .aborted),
      ("dlasync-job.xml", .completed),
    ])
  func `Job documents of DaCHS are read`(_ name: String, _ phase: UWSJob.Phase) async throws {
    let bytes = try TestData.sample(name)
    let server = try FaultServer { _ in [.answer(200, [], bytes)] }
    defer { server.stop() }
    let state = try await UWSJob(url: server.base + "/job", engine: Fixture.engine()).state()
    #expect(state.phase == phase)
    #expect(!state.jobID.isEmpty)
    #expect(state.executionDuration != nil)
    if phase == .completed { #expect(state.resultURL?.hasSuffix("/results/result") == true) }
    if phase == .error { #expect(state.errorMessage == "Field query: division by zero") }
  }
}

@Suite struct XMLTreeTests {
  @Test func `Elements, attributes, CDATA, comments and entities are read`() throws {
    let text = """
      \u{FEFF}<?xml version="1.0"?><!-- <no> --><a:r xmlns:a="x" k='1 &gt; 0'> <b/>t<![CDATA[<&]]>u<b>&#65;&amp;&nix;</b ></a:r>
      """
    let tree = try XMLTree.parse(Array(text.utf8))
    #expect(tree.name == "r")
    #expect(tree.attributes["k"] == "1 > 0")
    #expect(tree.text == "t<&u")
    #expect(tree.all("b").map(\.text) == ["", "A&&nix;"])
  }

  @Test(arguments: [
    "", "text", "<a", "<a>", "<a b>", "<a b=c></a>", "<a b='c></a>",
    "<!DOCTYPE x [<!ENTITY e 'e'>]><x>&e;</x>", "<a><b></a",
    String(repeating: "<a>", count: 10_000),
  ]) func `What is no document is refused`(_ text: String) {
    #expect(throws: XMLTree.Problem.self) { try XMLTree.parse(Array(text.utf8)) }
  }

  @Test(.enabled(if: TestData.isThere, TestData.absent))
  func `Every UWS and VOSI document of pyvo's suite is read`() throws {
    let folder = TestData.folder + "/vo/suite-pyvo"
    let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { name in
      ["job-", "tables", "capabilities", "lazy-", "multiple_", "single_"].contains { name.hasPrefix($0) }
    }
    #expect(names.count >= 12)
    for name in names {
      let tree = try XMLTree.parse(TestData.bytes("vo/suite-pyvo/" + name))
      #expect(["job", "tableset", "capabilities", "table"].contains(tree.name), "\(name): \(tree.name)")
      #expect(!tree.children.isEmpty, "\(name)")
    }
  }
}
