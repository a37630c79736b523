import Foundation
import Tables
import Testing

@testable import VOClient

/// The client against a real DaCHS 2.7 server with the collections `ccd700` and `lamost`.
@Suite(.enabled(if: TestData.server != nil, TestData.noServer), .serialized) struct DaCHSTests {
  let base = TestData.server ?? ""
  let engine = Fixture.engine()

  private func ssap(_ collection: String) -> SSAPService {
    SSAPService(url: "\(base)/\(collection)/q/ssa/ssap.xml?", engine: engine)
  }

  private func tap() -> TAPService { TAPService(url: base + "/tap", engine: engine) }

  /// The number of rows and of distinct identifiers of a collection, by TAP.
  private func count(_ collection: String) async throws -> (rows: Int, identifiers: Int) {
    let query = "SELECT COUNT(*) AS n, COUNT(DISTINCT ssa_pubdid) AS d FROM \(collection).data"
    let table = try #require(try await tap().sync(query).results)
    return (try #require(table.column("n")?.integer(0)), try #require(table.column("d")?.integer(0)))
  }

  @Test(arguments: ["ccd700", "lamost"])
  func `SSAP gives as many rows and datasets as TAP counts`(_ collection: String) async throws {
    let answer = try await ssap(collection).query(SSAPQuery(maxrec: 100_000))
    let expected = try await count(collection)
    #expect(answer.status == .ok)
    #expect(answer.records.count == expected.rows)
    #expect(Set(answer.records.compactMap(\.publisherDID)).count == expected.identifiers)
    #expect(answer.records.allSatisfy { $0.ra != nil && $0.dateObs != nil && $0.accessURL != nil })
  }

  @Test(arguments: ["application/x-votable+xml;serialization=BINARY2", "votable", nil])
  func `Every serialisation gives the same records`(_ format: String?) async throws {
    let plain = try await ssap("lamost").query(SSAPQuery(maxrec: 50))
    let other = try await ssap("lamost").query(SSAPQuery(maxrec: 50, responseFormat: format))
    #expect(other.records.map(\.accessURL) == plain.records.map(\.accessURL))
    #expect(other.records.map(\.ra) == plain.records.map(\.ra))
    #expect(other.records.map(\.dateObs) == plain.records.map(\.dateObs))
  }

  @Test func `A small MAXREC overflows`() async throws {
    let answer = try await ssap("ccd700").query(SSAPQuery(maxrec: 3))
    #expect(answer.status == .overflow)
    #expect(answer.records.count == 3)
  }

  @Test func `SIZE is a diameter, whatever the server makes of it`() async throws {
    let all = try await ssap("lamost").query(SSAPQuery(maxrec: 100_000)).records
    let center = try #require(all.first)
    let (ra, dec) = (try #require(center.ra), try #require(center.dec))
    let query = SSAPQuery(position: (ra: ra, dec: dec), size: 60, maxrec: 100_000)
    let answer = try await ssap("lamost").query(query)
    let expected = Set(all.filter(query.accepts).compactMap(\.accessURL))
    #expect(Set(answer.records.compactMap(\.accessURL)).symmetricDifference(expected).isEmpty)
    #expect(!expected.isEmpty && expected.count < all.count)
  }

  @Test func `Constraints by date, band, name, identifier, format and date of change find what they should`()
    async throws
  {
    let all = try await ssap("ccd700").query(SSAPQuery(maxrec: 100_000)).records
    let one = try #require(all.first { $0.targetName != nil })
    let date = try #require(one.dateObs)
    let queries = [
      SSAPQuery(time: (lower: date - 0.5, upper: date + 0.5), maxrec: 100_000),
      SSAPQuery(band: (lower: 6.5e-7, upper: 6.6e-7), maxrec: 100_000),
      SSAPQuery(maxrec: 100_000, publisherDID: one.publisherDID),
      SSAPQuery(format: "votable", maxrec: 100_000),
      SSAPQuery(maxrec: 100_000, modifiedSince: 51544),
    ]
    for query in queries {
      let answer = try await ssap("ccd700").query(query)
      #expect(
        Set(answer.records.compactMap(\.accessURL)) == Set(all.filter(query.accepts).compactMap(\.accessURL)))
      #expect(!answer.records.isEmpty)
    }
    let named = try await ssap("ccd700").query(SSAPQuery(targetName: one.targetName))
    #expect(named.records.contains { $0.publisherDID == one.publisherDID })
    #expect(try await ssap("ccd700").query(SSAPQuery(modifiedSince: 90000)).records.isEmpty)
  }

  @Test func `A parameter that the server refuses is SVC-04 with its words`() async throws {
    let error = await #expect(throws: ServiceError.self) {
      try await ssap("ccd700").query(SSAPQuery(extra: [("TIME", "foo")]))
    }
    #expect(error?.code == "SVC-04")
    #expect(error?.message.contains("TIME") == true)
  }

  @Test func `FORMAT=METADATA tells the parameters`() async throws {
    let metadata = try await ssap("ccd700").metadata()
    for name in ["POS", "size", "BAND", "TIME", "FORMAT", "MAXREC", "TARGETNAME", "MTIME"] {
      #expect(metadata.accepts(name), "\(name)")
    }
    #expect(metadata.outputs.contains { $0.utype == "ssa:Access.Reference" })
  }

  @Test(arguments: ["ccd700", "lamost"])
  func `All links of a collection come with a few requests`(_ collection: String) async throws {
    let answer = try await ssap(collection).query(SSAPQuery(maxrec: 100_000))
    let ids = Array(Set(answer.records.compactMap(\.publisherDID)).sorted().prefix(2000))
    let service = DataLinkService(descriptor: try #require(answer.linksDescriptor), engine: engine)
    let links = try await service.links(ids: ids + ["ivo://bench.invalid/no/such"])
    #expect(Set(links.links.keys) == Set(ids + ["ivo://bench.invalid/no/such"]))
    #expect(links.requestCount <= ids.count / 50 + 2)
    for id in ids {
      #expect(links.links(of: id, semantics: "#this").count == 1, "\(id)")
      #expect(links.links(of: id, semantics: "#proc").contains { $0.descriptor?.isSODA == true }, "\(id)")
    }
    #expect(links["ivo://bench.invalid/no/such"].map(\.fault) == ["NotFoundFault"])
  }

  @Test(arguments: ["ccd700", "lamost"])
  func `Cut-outs hold the band that was asked for`(_ collection: String) async throws {
    let answer = try await ssap(collection).query(SSAPQuery(maxrec: 5))
    let cutout = try SODACutout(try #require(answer.cutoutDescriptor))
    try await Fixture.inFolder { folder in
      let path = folder + "/cutout.vot"
      let response = try await cutout.download(
        band: (lower: 6.55e-7, upper: 6.57e-7), format: "application/x-votable+xml;serialization=tabledata",
        row: (answer.table, 0), to: path, engine: engine)
      #expect(response.kind == .votable)
      let table = try #require(try VOTableReader().read(path: path).results)
      let wavelengths = (0..<table.rowCount).compactMap { table.column("spectral")?.double($0) }
      #expect(wavelengths.count > 10)
      #expect(wavelengths.allSatisfy { $0 >= 6549.9 && $0 <= 6570.1 })
      let error = await #expect(throws: ServiceError.self) {
        try await cutout.download(
          band: (lower: 1e-7, upper: 2e-7), format: "application/fits", row: (answer.table, 0),
          to: folder + "/empty", engine: engine)
      }
      #expect(error?.code == "SVC-07")
      let unknown = await #expect(throws: ServiceError.self) {
        try await cutout.download(
          id: "ivo://bench.invalid/no/such", band: nil, format: "application/fits", to: folder + "/none",
          engine: engine)
      }
      #expect(unknown?.transfer?.status == 404)
      #expect(Fixture.names(in: folder) == ["cutout.vot"])
    }
  }

  @Test func `Files come whole and in ranges, and are never asked for with HEAD`() async throws {
    let record = try #require(
      try await ssap("lamost").query(SSAPQuery(maxrec: 1)).records.first)
    let url = try #require(record.accessURL)
    try await Fixture.inFolder { folder in
      let request = TransferRequest(url: url, expecting: record.contentKinds)
      let response = try await engine.download(request, to: folder + "/file.fits")
      let bytes = try #require(Fixture.contents(folder + "/file.fits"))
      #expect(response.kind == .fits)
      #expect(bytes.count == record.size)
      #expect(response.headers["Content-Length"] == String(bytes.count))
      let part = try await engine.data(TransferRequest(url: url, range: 2880..<5760))
      #expect(part.status == 206)
      #expect(part.body == Array(bytes[2880..<5760]))
    }
  }

  @Test func `TAP sync tells an overflow that comes after the table`() async throws {
    let document = try await tap().sync("SELECT accref, raj2000 FROM ccd700.data", maxrec: 2)
    #expect(document.queryStatus == .overflow)
    #expect(document.results?.rowCount == 2)
  }

  @Test(arguments: [
    "SELEKT 1", "SELECT nosuch FROM ccd700.data", "SELECT 1/(ssa_length-ssa_length) AS x FROM ccd700.data",
  ])
  func `A query that fails is SVC-04`(_ query: String) async {
    let error = await #expect(throws: ServiceError.self) { try await tap().sync(query) }
    #expect(error?.code == "SVC-04")
  }

  @Test func `An asynchronous query with an upload gives its result and leaves no job`() async throws {
    let names = (0..<500).map { "star\($0)" }
    let table = Table(columns: [
      Column(.text("name"), strings: names),
      Column(Field(name: "ra", unit: "deg"), doubles: (0..<500).map { Double($0) * 0.7 }),
    ])
    let job = try await tap().makeJob(
      "SELECT name, ra FROM TAP_UPLOAD.mine WHERE ra > 300", uploads: [try .init(name: "mine", table: table)])
    #expect(try await job.state().phase == .pending)
    // As if another run of the program took it up by its address.
    let document = try await tap().resume(jobURL: job.url)
    #expect(document.results?.rowCount == (0..<500).filter { Double($0) * 0.7 > 300 }.count)
    let error = await #expect(throws: ServiceError.self) { try await job.state() }
    #expect(error?.code == "SVC-12")
  }

  @Test func `A job that fails tells why, one that is aborted is SVC-12`() async throws {
    let failing = try await tap().makeJob("SELECT 1/(ssa_length-ssa_length) AS x FROM ccd700.data")
    let error = await #expect(throws: ServiceError.self) { try await failing.runToEnd() }
    #expect(error?.code == "SVC-11")
    #expect(error?.message.contains("division by zero") == true)
    try await failing.delete()
    let aborted = try await tap().makeJob("SELECT TOP 1 accref FROM ccd700.data")
    try await aborted.abort()
    let gone = await #expect(throws: ServiceError.self) { try await aborted.runToEnd() }
    #expect(gone?.code == "SVC-12")
    try await aborted.delete()
  }

  @Test func `Cone searches find stars and tell errors`() async throws {
    let service = ConeSearchService(url: base + "/ccd700/q/cone/scs.xml", engine: engine)
    let record = try #require(try await ssap("ccd700").query(SSAPQuery(maxrec: 1)).records.first)
    let (ra, dec) = (try #require(record.ra), try #require(record.dec))
    let answer = try await service.query(ra: ra, dec: dec, radius: 0.01)
    #expect(answer.table.rowCount >= 1)
    #expect(try await service.query(ra: ra, dec: dec, radius: 180, maxrec: 3).status == .overflow)
    let bad = ConeSearchService(url: base + "/ccd700/q/cone/scs.xml?VERB=foo", engine: engine)
    let error = await #expect(throws: ServiceError.self) { try await bad.query(ra: 1, dec: 2, radius: 1) }
    #expect(error?.code == "SVC-04")
  }

  @Test func `VOSI tells availability, capabilities and tables`() async throws {
    for url in [base + "/tap", base + "/ccd700/q/ssa/ssap.xml?"] {
      #expect(try await VOSI(url: url, engine: engine).availability().isAvailable, "\(url)")
    }
    let capabilities = try await VOSI(url: base + "/tap", engine: engine).capabilities()
    let tap = try #require(capabilities.first { $0.standardID == "ivo://ivoa.net/std/TAP" })
    #expect(tap.interfaces.first?.accessURL == base + "/tap")
    let ssap = try await VOSI(url: base + "/ccd700/q/ssa/ssap.xml", engine: engine).capabilities()
    #expect(ssap.contains { $0.standardID?.lowercased().hasPrefix("ivo://ivoa.net/std/ssa") == true })
    let tables = try await VOSI(url: base + "/tap", engine: engine).tables()
    let columns = try #require(tables.first { $0.name == "lamost.data" }?.columns)
    #expect(columns.contains { $0.name == "ssa_dateobs" && $0.utype?.hasPrefix("ssa:Char.TimeAxis") == true })
  }

  @Test func `The registry finds both collections, and by words only the right one`() async throws {
    let registry = Registry(url: base + "/tap", engine: engine)
    let all = try await registry.services(.spectra)
    let addresses = Set(all.compactMap { WebAddress($0.accessURL)?.path })
    #expect(addresses.isSuperset(of: ["/ccd700/q/ssa/ssap.xml", "/lamost/q/ssa/ssap.xml"]))
    let found = try await registry.services(.spectra, keywords: ["ondrejov"])
    #expect(found.map { WebAddress($0.accessURL)?.path } == ["/ccd700/q/ssa/ssap.xml"])
    #expect(found.first?.identifier.hasPrefix("ivo://bench.invalid/") == true)
    #expect(try await registry.services(.spectra, keywords: ["it's \"nowhere\" %"]).isEmpty)
    #expect(try await registry.services(.tables).contains { $0.accessURL == base + "/tap" })
    #expect(try await registry.services(.cones).count >= 2)
  }
}
