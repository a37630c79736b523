import Foundation
import Testing

@testable import VOClient

@Suite struct DataLinkTests {
  /// A {links} answer for some identifiers; `rows` gives the cells access_url, error_message for each.
  private static func document(
    _ ids: [String], status: String = "OK", rows: (String) -> [(String, String)]
  ) -> String {
    let cells = ids.flatMap { id in
      rows(id).map { "<TR><TD>\(id)</TD><TD>\($0.0)</TD><TD/><TD>\($0.1)</TD><TD>#this</TD></TR>" }
    }
    let fields = ["ID", "access_url", "service_def", "error_message", "semantics"]
      .map { "<FIELD name=\"\($0)\" datatype=\"char\" arraysize=\"*\"/>" }
    return """
      <VOTABLE version="1.3"><INFO name="QUERY_STATUS" value="\(status)"/><RESOURCE type="results"><TABLE>
      \(fields.joined())<DATA><TABLEDATA>\(cells.joined())</TABLEDATA></DATA></TABLE></RESOURCE></VOTABLE>
      """
  }

  /// The identifiers that a request asks for.
  private static func ids(_ request: FaultServer.Request) -> [String] {
    let query =
      request.method == "POST" ? request.body : String(request.target.split(separator: "?").last ?? "")
    return query.split(separator: "&").filter { $0.hasPrefix("ID=") }.map {
      WebAddress.decode($0.dropFirst(3))
    }
  }

  @Test(.enabled(if: TestData.areSamplesThere, TestData.absent))
  func `A mixed answer keeps links, services and faults of each identifier`() async throws {
    let sample = try TestData.sample("datalink-mixed.xml")
    let server = try FaultServer { _ in [.answer(200, [], sample)] }
    defer { server.stop() }
    let base = "ivo://bench.invalid/stel/ccd700/"
    let service = DataLinkService(url: server.base + "/dlmeta", engine: Fixture.engine())
    let answer = try await service.links(ids: [base + "oe270005", base + "nosuch", "ivo://elsewhere/thing"])
    #expect(answer.requestCount == 1)
    #expect(answer[base + "oe270005"].count == 7)
    let this = try #require(answer.links(of: base + "oe270005", semantics: "#this").first)
    #expect(this.accessURL == "http://127.0.0.1:8080/getproduct/ccd700/data/oe270005.fits")
    #expect(this.contentLength == 20160)
    #expect(this.contentType?.isFITS == true)
    let proc = try #require(answer.links(of: base + "oe270005", semantics: "#proc").first)
    #expect(proc.descriptor?.isSODA == true)
    let cutout = try SODACutout(try #require(proc.descriptor))
    let url = try cutout.request(band: (lower: 6.5e-7, upper: 6.6e-7)).url
    #expect(
      url.hasPrefix("http://127.0.0.1:8080/ccd700/q/sdl/dlget?ID=ivo://bench.invalid/stel/ccd700/oe270005&"))
    #expect(
      answer[base + "oe270005"].contains { $0.semantics == "#calibration" && $0.fault == "NotFoundFault" })
    #expect(answer[base + "nosuch"].map(\.fault) == ["NotFoundFault"])
    #expect(answer["ivo://elsewhere/thing"].map(\.fault) == ["NotFoundFault"])
  }

  @Test(.enabled(if: TestData.areSamplesThere, TestData.absent))
  func `Of two services the synchronous one is told from the asynchronous`() throws {
    let document = try TestData.document(TestData.sample("lamost-datalink.xml"))
    let (links, descriptors, isCut) = try DataLinkAnswer.rows(of: document, base: "http://127.0.0.1:8080/x")
    #expect(!isCut)
    #expect(descriptors.count == 2)
    #expect(descriptors.map(\.isSODA) == [true, false])
    #expect(links.compactMap(\.descriptor?.accessURL).count == 2)
    #expect(links.first?.id == "ivo://bench.invalid/~?lamost/data/bt-cmi-lamost.fits")
  }

  @Test func `Identifiers that an answer leaves out are asked for again`() async throws {
    let server = try FaultServer { request in
      let asked = Self.ids(request)
      let text = Self.document(Array(asked.prefix(7)), status: asked.count > 7 ? "OVERFLOW" : "OK") { id in
        [("http://a.example/\(id)/1", ""), ("http://a.example/\(id)/2", "")]
      }
      return [.answer(200, [], text: text)]
    }
    defer { server.stop() }
    var service = DataLinkService(url: server.base + "/links", engine: Fixture.engine())
    service.batchSize = 20
    let ids = (0..<50).map { "id\($0)" }
    let answer = try await service.links(ids: ids + ids)
    #expect(Set(answer.links.keys) == Set(ids))
    for id in ids {
      #expect(answer[id].compactMap(\.accessURL) == ["http://a.example/\(id)/1", "http://a.example/\(id)/2"])
    }
    // The last identifier of a cut answer might be cut itself; it is asked for again.
    #expect(server.requests.count <= 12)
  }

  @Test func `Many identifiers are posted, with a MAXREC`() async throws {
    let server = try FaultServer { request in
      [.answer(200, [], text: Self.document(Self.ids(request)) { [("http://a.example/\($0)", "")] })]
    }
    defer { server.stop() }
    var service = DataLinkService(url: server.base + "/links?key=1", engine: Fixture.engine())
    service.batchSize = 1000
    let answer = try await service.links(
      ids: (0..<1000).map { "ivo://archive.example/~?dataset/number+\($0)" })
    #expect(answer.links.count == 1000)
    #expect(server.requests.count == 1)
    let request = try #require(server.requests.first)
    #expect(request.method == "POST")
    #expect(request.target == "/links?key=1")
    #expect(request.body.hasSuffix("&MAXREC=100000"))
  }

  @Test func `A service that refuses MAXREC is asked without`() async throws {
    let server = try FaultServer { request in
      if request.target.contains("MAXREC") { return [.answer(422, [], text: "UsageError: MAXREC: unknown")] }
      return [.answer(200, [], text: Self.document(Self.ids(request)) { [("http://a.example/\($0)", "")] })]
    }
    defer { server.stop() }
    let answer = try await DataLinkService(url: server.base, engine: Fixture.engine()).links(ids: ["a"])
    #expect(answer["a"].first?.accessURL == "http://a.example/a")
  }

  @Test func `A TransientFault is asked again, other faults are kept`() async throws {
    let server = try FaultServer { request in
      let text = Self.document(Self.ids(request)) { id in
        switch id {
        case "late": request.number < 2 ? [("", "TransientFault: staging")] : [("http://a.example/late", "")]
        case "never": [("", "TransientFault: tape is lost")]
        case "gone": [("", "NotFoundFault: no such thing")]
        default: [("http://a.example/\(id)", "")]
        }
      }
      return [.answer(200, [], text: text)]
    }
    defer { server.stop() }
    let service = DataLinkService(url: server.base, engine: Fixture.engine())
    let answer = try await service.links(ids: ["late", "gone", "fine", "never"])
    #expect(answer["late"].map(\.accessURL) == ["http://a.example/late"])
    #expect(answer["gone"].map(\.fault) == ["NotFoundFault"])
    #expect(answer["fine"].map(\.accessURL) == ["http://a.example/fine"])
    #expect(answer["never"].map(\.fault) == ["TransientFault"])
    #expect(server.requests.count == 4)
  }

  @Test func `An identifier on which the service is silent gets an error row`() async throws {
    let server = try FaultServer { request in
      let known = Self.ids(request).filter { $0 != "silent" }
      return [.answer(200, [], text: Self.document(known) { [("../data/\($0)", "")] })]
    }
    defer { server.stop() }
    let answer = try await DataLinkService(url: server.base + "/q/links", engine: Fixture.engine())
      .links(ids: ["a", "silent", "b"])
    #expect(answer["silent"].map(\.fault) == ["NotFoundFault"])
    #expect(answer["a"].first?.accessURL == server.base + "/data/a")
    #expect(answer["b"].count == 1)
  }

  @Test func `Links to links are followed to a depth, and circles end`() async throws {
    let server = try FaultServer { request in
      let level = Int(request.target.prefix { $0 != "?" }.filter(\.isNumber)) ?? 0
      // Each document has one file and leads to the next two, the second of which is the first again.
      let row = { (url: String, type: String) in
        "<TR><TD>a</TD><TD>\(url)</TD><TD>#this</TD><TD>\(type)</TD></TR>"
      }
      let type = "application/x-votable+xml; content=datalink"
      let rows = row("/file\(level)", "image/fits") + row("/links\(level + 1)", type) + row("/links1", type)
      let fields = ["ID", "access_url", "semantics", "content_type"]
        .map { "<FIELD name=\"\($0)\" datatype=\"char\" arraysize=\"*\"/>" }.joined()
      let text =
        "<VOTABLE><RESOURCE type=\"results\"><TABLE>\(fields)<DATA><TABLEDATA>\(rows)</TABLEDATA></DATA>"
      return [.answer(200, [], text: text + "</TABLE></RESOURCE></VOTABLE>")]
    }
    defer { server.stop() }
    let service = DataLinkService(url: server.base + "/links0", engine: Fixture.engine())
    let first = try await service.links(ids: ["a"])["a"]
    let all = await service.expanding(first, depth: 2)
    let files = all.filter { !$0.isDataLink }.compactMap(\.accessURL)
    #expect(files == ["file0", "file1", "file2"].map { "\(server.base)/\($0)" })
    // links3 lies too deep, links1 was asked for.
    #expect(Set(server.requests.map { $0.target.prefix(7) }) == ["/links0", "/links1", "/links2"])
    #expect(server.requests.count == 3)
  }

  @Test func `A document that is an error is an error`() async throws {
    let server = try FaultServer { _ in [.answer(200, [], text: Fixture.errorDocument("UsageFault: no ID"))] }
    defer { server.stop() }
    let error = await #expect(throws: ServiceError.self) {
      try await DataLinkService(url: server.base, engine: Fixture.engine()).links(ids: ["a"])
    }
    #expect(error?.code == "SVC-04")
    #expect(error?.message.contains("UsageFault: no ID") == true)
  }
}
