import Testing

@testable import VOClient

/// Spectra by way of ObsCore, and what registries and vocabularies say.
@Suite struct ObsCoreTests {
  private let service = ObsCoreService(url: "http://a.example/tap", engine: Fixture.engine())

  @Test func `A query becomes ADQL with its quotes doubled`() throws {
    let query = SSAPQuery(
      position: (ra: 10, dec: -20), size: 0.5, band: (lower: 6.5e-7, upper: 6.6e-7),
      time: (lower: 55858, upper: .infinity), targetName: "Barnard's star", collection: "x")
    #expect(
      try service.adql(query) == "SELECT * FROM ivoa.obscore WHERE dataproduct_type = 'spectrum'"
        + " AND 1 = CONTAINS(POINT('ICRS', s_ra, s_dec), CIRCLE('ICRS', 10, -20, 0.25))"
        + " AND em_min <= 6.6e-07 AND em_max >= 6.5e-07 AND t_max >= 55858.0"
        + " AND target_name = 'Barnard''s star' AND obs_collection = 'x'")
  }

  @Test func `A constraint that ObsCore lacks is refused, not ignored`() {
    for query in [
      SSAPQuery(modifiedSince: 5e4), SSAPQuery(minimumSNR: 3), SSAPQuery(fluxCalibration: "ABSOLUTE"),
    ] {
      let error = #expect(throws: ServiceError.self) { try service.adql(query) }
      #expect(error?.code == "SVC-01" && error?.hint != nil)
    }
  }

  @Test func `A row becomes a record with its units`() throws {
    let names = [
      ("access_url", "char", "http://a.example/links?ID=1"),
      ("access_format", "char", "application/x-votable+xml;content=datalink"),
      ("access_estsize", "long", "86"), ("obs_publisher_did", "char", "ivo://a"), ("s_ra", "double", "-10"),
      ("s_dec", "double", "20"), ("t_min", "double", "55858"), ("t_max", "double", "55859"),
      ("t_exptime", "float", "600"),
      ("em_min", "double", "3.7e-7"), ("em_max", "double", "9.1e-7"), ("em_xel", "long", "3909"),
      ("em_res_power", "double", "1800"),
    ]
    let fields = names.map {
      "<FIELD name=\"\($0.0)\" datatype=\"\($0.1)\"\($0.1 == "char" ? " arraysize=\"*\"" : "")/>"
    }
    let cells = names.map { "<TD>\($0.2)</TD>" }
    let text =
      "<VOTABLE><RESOURCE type=\"results\"><TABLE>\(fields.joined())<DATA><TABLEDATA><TR>\(cells.joined())</TR></TABLEDATA>"
      + "</DATA></TABLE></RESOURCE></VOTABLE>"
    let answer = try SSAPAnswer(
      obscore: try TestData.document(text), query: SSAPQuery(), url: "http://a.example/tap")
    let record = try #require(answer.records.first)
    #expect(record.isDataLink && record.size == 86_000 && record.ra == 350 && record.dec == 20)
    #expect(
      record.dateObs == 55858.5 && record.exposure == 600 && record.length == 3909
        && record.resolvingPower == 1800)
    #expect(record.spectralStart == 3.7e-7 && record.spectralEnd == 9.1e-7)
  }

  @Test func `Narrower terms of the vocabulary count, terms of others do not`() {
    #expect(Semantics.terms.count >= 23 && Semantics.terms["#cutout"]?.wider == "#proc")
    for (term, wanted, isIt) in [
      ("#preview-plot", "#preview", true), ("#preview", "#preview-plot", false),
      ("#detached-header", "#documentation", true),
      ("http://www.ivoa.net/rdf/datalink/core#dark", "#calibration", true), ("#this", "#this", true),
      ("https://www.ivoa.net/rdf/datalink/core#cutout", "http://www.ivoa.net/rdf/datalink/core#proc", true),
      ("http://other.example/terms#this", "#this", false), ("#nosuch", "#this", false), ("", "#this", false),
    ] {
      #expect(Semantics.isSameOrNarrower(term, than: wanted) == isIt, "\(term) \(wanted)")
    }
    // Every wider term is itself in the vocabulary.
    #expect(Semantics.terms.values.allSatisfy { $0.wider.map { Semantics.terms[$0] != nil } ?? true })
  }

  @Test func `A registry is asked for a region in its own terms, and its ignorance is told`() async throws {
    let query = Registry.query(
      .spectra, keywords: [], waveband: "Optical", region: (ra: 83.63, dec: 22, radius: 2))
    #expect(
      query.contains("INTERSECTS(coverage, MOC(6, CIRCLE(83.63, 22, 2)))") && query.contains("'optical'"))
    let server = try FaultServer { _ in
      [.answer(200, [], text: Fixture.errorDocument("Could not locate table 'rr.stc_spatial'"))]
    }
    defer { server.stop() }
    let registry = Registry(url: server.base, engine: Fixture.engine())
    let error = await #expect(throws: ServiceError.self) {
      try await registry.services(.spectra, region: (ra: 1, dec: 2, radius: 3))
    }
    #expect(error?.code == "SVC-08" && error?.hint?.contains("another registry") == true)
  }

  @Test func `A job of SODA is made with each band, and its results are found`() async throws {
    let server = try FaultServer { request in
      switch (request.method, request.target) {
      case ("POST", "/async"): return [.answer(303, ["Location: /async/1"], [])]
      case ("POST", "/async/1/phase"): return [.answer(303, ["Location: /async/1"], [])]
      // The address that the job names is forbidden, that of the standard is not.
      case ("GET", "/async/1/r1"): return [.answer(403, [], text: "no")]
      case ("GET", "/async/1/results/a"): return [.answer(200, [], Fixture.fits())]
      case ("GET", _):
        let isRunning = request.number < 3
        let results =
          "<results><result id=\"a\" xlink:href=\"1/r1\" mime-type=\"application/fits\"/><result id=\"b\" xlink:href=\"http://x/\"/></results>"
        return [
          .answer(
            200, [],
            text: "<job><jobId>1</jobId><phase>\(isRunning ? "PENDING" : "COMPLETED")</phase>\(results)</job>"
          )
        ]
      default: return [.answer(200)]
      }
    }
    defer { server.stop() }
    let text = """
      <VOTABLE><RESOURCE type="meta" utype="adhoc:service"><PARAM name="standardID" value="ivo://ivoa.net/std/SODA#async-1.0"/>
      <PARAM name="accessURL" value="\(server.base)/async"/><GROUP name="inputParams">
      <PARAM name="ID" datatype="char" arraysize="*" ucd="meta.id;meta.main" value="ivo://a"/>
      <PARAM name="BAND" datatype="double" arraysize="2" unit="m" ucd="em.wl" xtype="interval" value=""/>
      </GROUP></RESOURCE></VOTABLE>
      """
    let descriptor = try #require(ServiceDescriptor.all(in: try TestData.document(text)).first)
    let engine = Fixture.engine()
    let job = try await SODACutout(descriptor).makeJob(
      bands: [(lower: 6.5e-7, upper: 6.6e-7), (lower: 4e-7, upper: .infinity)], engine: engine)
    #expect(job.url == server.base + "/async/1")
    #expect(
      server.requests.first?.body
        == "ID=ivo://a&BAND=0.00000065%200.00000066&BAND=0.0000004%20%2BInf".replacing(
          "ivo://a", with: WebAddress.encodedForm([("", "ivo://a")]).dropFirst()))
    let state = try await job.runToEnd()
    #expect(state.results.map(\.id) == ["a", "b"] && state.resultURL == server.base + "/async/1/r1")
    try await Fixture.inFolder { folder in
      let response = try await job.download(state.results[0], to: folder + "/cut.fits")
      #expect(response.kind == .fits && Fixture.contents(folder + "/cut.fits") == Fixture.fits())
    }
  }
}
