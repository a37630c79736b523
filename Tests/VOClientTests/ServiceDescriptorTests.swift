import Tables
import Testing

@testable import VOClient

@Suite struct ServiceDescriptorTests {
  @Test(.enabled(if: TestData.isThere, TestData.absent))
  func `Descriptors of the Ondřejov archive of 2016 are understood`() throws {
    let document = try TestData.document(TestData.bytes("vo/ondrejov-ssap-answers/ssap1.xml"))
    let answer = try SSAPAnswer(document: document, url: "http://voarchive.asu.cas.cz/ccd700/q/ssa/ssap.xml")
    #expect(answer.descriptors.count == 2)
    let links = try #require(answer.linksDescriptor)
    #expect(links.accessURL == "http://voarchive.asu.cas.cz/ccd700/q/sdl/dlmeta")
    #expect(
      try links.request(values: [:], row: (answer.table, 2)).url
        == "http://voarchive.asu.cas.cz/ccd700/q/sdl/dlmeta?ID=ivo://asu.cas.cz/stel/ccd700/uc060085")
    let service = try #require(answer.cutoutDescriptor)
    #expect(service.inputs.map(\.name) == ["ID", "FLUXCALIB", "LAMBDA_MIN", "LAMBDA_MAX", "FORMAT"])
    #expect(service.input("ID")?.ref == "ssa_pubDID")
    let cutout = try SODACutout(service)
    let request = try cutout.request(
      band: (lower: 6.5e-7, upper: 6.6e-7), format: "application/fits", fluxCalibration: "NORMALIZED",
      row: (answer.table, 0))
    #expect(
      request.url
        == "http://voarchive.asu.cas.cz/ccd700/q/sdl/dlget?ID=ivo://asu.cas.cz/stel/ccd700/tg160037"
        + "&FLUXCALIB=normalized&LAMBDA_MIN=0.00000065&LAMBDA_MAX=0.00000066&FORMAT=application/fits")
    #expect(request.expecting == [.fits, .gzip])
    #expect(cutout.isOutside((lower: 1e-7, upper: 2e-7)))
    #expect(!cutout.isOutside((lower: 6e-7, upper: 7e-7)))
  }

  @Test(.enabled(if: TestData.areSamplesThere, TestData.absent))
  func `Descriptors of DaCHS 2.7 give a cut-out with BAND`() throws {
    let document = try TestData.document(TestData.sample("ssap-cone.xml"))
    let answer = try SSAPAnswer(document: document, url: "http://127.0.0.1:8080/ccd700/q/ssa/ssap.xml")
    let cutout = try SODACutout(try #require(answer.cutoutDescriptor))
    #expect(cutout.formats.count == 7)
    #expect(cutout.fluxCalibrations == ["relative", "UNCALIBRATED", "normalized"])
    let request = try cutout.request(
      band: (lower: 6.5e-7, upper: .infinity), format: "application/x-votable+xml", row: (answer.table, 0))
    #expect(
      request.url
        == "http://127.0.0.1:8080/ccd700/q/sdl/dlget?ID=ivo://bench.invalid/stel/ccd700/bt-cmi-ondrejov"
        + "&FORMAT=application/x-votable%2Bxml&BAND=0.00000065%20%2BInf")
    #expect(request.expecting == [.votable])
    let coverage = try #require(cutout.coverage)
    #expect(coverage.lower == 6.2822306e-07 && coverage.upper == 6.732983e-07)
  }

  @Test(.enabled(if: TestData.areSamplesThere, TestData.absent))
  func `What a service does not offer is refused before it is asked`() throws {
    let document = try TestData.document(TestData.sample("ssap-cone.xml"))
    let service = try #require(ServiceDescriptor.all(in: document).first { $0.isSODA })
    let cutout = try SODACutout(service)
    func code(_ body: () throws -> Void) -> String? {
      #expect(throws: ServiceError.self, performing: body)?.code
    }
    #expect(code { _ = try cutout.request(id: "x", band: nil, format: "image/png") } == "SVC-09")
    #expect(code { _ = try cutout.request(id: "x", band: nil, fluxCalibration: "ABSOLUTE") } == "SVC-09")
    #expect(code { _ = try cutout.request(id: "x", band: (lower: 2, upper: 1)) } == "SVC-01")
    #expect(code { _ = try cutout.request(band: nil) } == "SVC-08")
    #expect(code { _ = try service.request(values: ["NOSUCH": "1"]) } == "SVC-08")
    let links = try #require(ServiceDescriptor.all(in: document).first { $0.isDataLink })
    #expect(code { _ = try SODACutout(links) } == "SVC-08")
  }

  private static func service(_ band: String) -> String {
    """
    <VOTABLE version="1.3"><RESOURCE><RESOURCE><RESOURCE type="meta" utype="adhoc:service" ID="s">
    <PARAM name="standardID" datatype="char" arraysize="*" value="ivo://ivoa.net/std/SODA#sync-1.0"/>
    <PARAM name="accessURL" datatype="char" arraysize="*" value="http://a.example/get?x=1#frag"/>
    <GROUP name="inputParams"><PARAM name="ID" datatype="char" arraysize="*" value="" ucd="meta.id;meta.main"/>
    <PARAM name="MODE" datatype="char" arraysize="*" value="fast &amp; good"/>\(band)</GROUP>
    </RESOURCE></RESOURCE></RESOURCE></VOTABLE>
    """
  }

  @Test(arguments: [
    (#"name="BAND" ucd="em.wl" unit="m""#, true), (#"name="band" ucd="EM.WL;stat.interval" unit="m""#, true),
    (#"name="BAND" ucd="em.freq" unit="Hz""#, false), (#"name="BAND" ucd="em.wl" unit="keV""#, false),
    (#"name="BAND" ucd="instr.bandpass" unit="m""#, false), (#"name="SPECTRAL" ucd="em.wl" unit="m""#, false),
  ]) func `BAND is used only if name, UCD and unit agree`(_ attributes: String, _ isRight: Bool) throws {
    let text = Self.service("<PARAM \(attributes) datatype=\"double\" arraysize=\"2\" value=\"\"/>")
    let descriptor = try #require(try ServiceDescriptor.all(in: TestData.document(text)).first)
    #expect((try? SODACutout(descriptor)) != nil ? isRight : !isRight)
  }

  @Test func `Nested descriptors are found and fixed values sent with the address's own parameters`() throws {
    let text = Self.service(
      #"<PARAM name="BAND" ucd="em.wl" unit="nm" datatype="double" arraysize="2" value=""/>"#)
    let descriptor = try #require(try ServiceDescriptor.all(in: TestData.document(text)).first)
    let request = try SODACutout(descriptor).request(id: "a b", band: (lower: 6.5e-7, upper: 6.6e-7))
    #expect(
      request.url == "http://a.example/get?x=1&ID=a%20b&MODE=fast%20%26%20good&BAND=650%20660")
  }

  @Test func `A reference may point to a PARAM of the table`() throws {
    let text = """
      <VOTABLE version="1.3"><RESOURCE type="results"><TABLE>
      <PARAM ID="did" name="d" datatype="char" arraysize="*" value="ivo://x/y?z"/>
      <FIELD name="n" datatype="int"/><DATA><TABLEDATA><TR><TD>1</TD></TR></TABLEDATA></DATA></TABLE>
      <RESOURCE type="meta" utype="adhoc:service">
      <PARAM name="accessURL" datatype="char" arraysize="*" value="http://a.example/links"/>
      <GROUP name="InputParams"><PARAM name="ID" datatype="char" arraysize="*" ref="did" value=""/></GROUP>
      </RESOURCE></RESOURCE></VOTABLE>
      """
    let document = try TestData.document(text)
    let descriptor = try #require(ServiceDescriptor.all(in: document).first)
    let table = try #require(document.results)
    #expect(
      try descriptor.request(values: [:], row: (table, 0)).url == "http://a.example/links?ID=ivo://x/y%3Fz")
  }

  @Test func `Long requests are posted`() throws {
    let text = Self.service("")
    let descriptor = try #require(try ServiceDescriptor.all(in: TestData.document(text)).first)
    let request = try descriptor.request(values: ["id": String(repeating: "x", count: 5000)])
    #expect(request.url == "http://a.example/get?x=1")
    guard case .post(let form) = request.method else {
      Issue.record("not posted")
      return
    }
    #expect(form.map(\.0) == ["ID", "MODE"])
  }

  @Test(arguments: [
    ("application/x-votable+xml;content=datalink", true),
    ("Application/X-VOTable+XML ; Content = \"datalink\"", true),
    ("application/x-votable+xml; charset=utf-8; content=datalink", true),
    ("application/x-votable+xml", false),
    ("text/html;content=datalink", false),
  ]) func `Media types are taken apart in full`(_ text: String, _ isDataLink: Bool) {
    #expect(MediaType(text).isDataLink == isDataLink)
  }

  @Test func `Semantics know narrower terms and full URIs`() {
    #expect(Semantics.short("http://www.ivoa.net/rdf/datalink/core#this") == "#this")
    #expect(Semantics.short("http://other.example/terms#this") == "http://other.example/terms#this")
    #expect(Semantics.isSameOrNarrower("#flat", than: "#calibration"))
    #expect(Semantics.isSameOrNarrower("http://www.ivoa.net/rdf/datalink/core#cutout", than: "#proc"))
    #expect(!Semantics.isSameOrNarrower("#calibration", than: "#flat"))
  }
}
