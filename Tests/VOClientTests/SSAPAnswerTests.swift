import Foundation
import Tables
import Testing

@testable import VOClient

/// Real answers of archives: every row must yield its position, date, identifier, address and format.
@Suite struct SSAPAnswerTests {
  /// What an answer holds in all: sums over its rows.
  struct Sums: Sendable, CustomTestStringConvertible {
    var name: String
    var rows: Int
    var ra, dec, mjd: Double
    var identifiers, addressLength, formatLength: Int
    var testDescription: String { name }
  }

  private static func sums(
    _ name: String, _ rows: Int, _ ra: Double, _ dec: Double, _ mjd: Double, _ identifiers: Int,
    _ addresses: Int,
    _ formats: Int
  ) -> Sums {
    Sums(
      name: name, rows: rows, ra: ra, dec: dec, mjd: mjd, identifiers: identifiers, addressLength: addresses,
      formatLength: formats)
  }

  /// Sums over the cells as they stand in the documents, made with a regular expression over TR and TD, the dates of
  /// LAMOST with astropy 7 (`Time(...).mjd`).
  static let archives = [
    sums(
      "vo/ondrejov-ssap-answers/ssap1.xml", 30, 10350.637499920105, 1708.3608332886008, 1667651.373402778, 15,
      2430, 525),
    sums(
      "vo/ondrejov-ssap-answers/ssap3.xml", 30, 10350.637499920105, 1708.3608332886008, 1667651.373402778, 15,
      2430, 525),
    sums(
      "vo/lamost-openapi-answers/ssap_response.xml", 225, 2249.5022271999997, 8997.012847099997, 12710582,
      225, 13715, 900),
  ]

  /// Sums over the saved answers of a DaCHS 2.7 server as astropy.io.votable reads them.
  static let samples = [
    sums("ssap-default.xml", 54, 7175.277684488547, 1679.0108974633295, 3005089.9441782422, 27, 3222, 1095),
    sums("ssap-cone.xml", 2, 238.5332249971094, 5.901666661594156, 113399.9880787042, 1, 129, 41),
    sums("ssap-wildtarget.xml", 24, 3186.5804261544963, 739.4408458033412, 1340057.9085648148, 12, 1410, 486),
    sums("ssap-time.xml", 16, 1878.8792833288594, 450.7452222330345, 890143.6047453713, 8, 920, 328),
    sums("ssap-target-list.xml", 4, 347.5347249963875, 91.0673333288729, 224581.4371064818, 2, 244, 82),
    sums("ssap-tabledata.xml", 3, 672.7464886515377, 183.25373468331645, 162923.6663773146, 2, 182, 60),
    sums("ssap-binary.xml", 3, 672.7464886515377, 183.25373468331645, 162923.6663773146, 2, 182, 60),
    sums("ssap-binary2.xml", 3, 672.7464886515377, 183.25373468331645, 162923.6663773146, 2, 182, 60),
    sums("ssap-votable1.1.xml", 3, 672.7464886515377, 183.25373468331645, 162923.6663773146, 2, 182, 60),
    sums("ssap-votable1.5.xml", 3, 672.7464886515377, 183.25373468331645, 162923.6663773146, 2, 182, 60),
    sums("ssap-accept-gzip.xml", 3, 672.7464886515377, 183.25373468331645, 162923.6663773146, 2, 182, 60),
    sums("ssap-format-fits.xml", 3, 155.3045583349225, 159.41511110988014, 166062.3653240739, 3, 184, 48),
    sums("ssap-empty.xml", 0, 0, 0, 0, 0, 0, 0),
    sums("ssap-maxrec0.xml", 0, 0, 0, 0, 0, 0, 0),
    sums(
      "lamost-ssap-overflow.xml", 3, 123.93003300256538, 155.25174599599296, 167755.61100034724, 3, 261, 30),
    sums("lamost-ssap-binary.xml", 3, 123.93003300256538, 155.25174599599296, 167755.61100034724, 3, 261, 30),
    sums(
      "lamost-ssap-binary2.xml", 3, 123.93003300256538, 155.25174599599296, 167755.61100034724, 3, 261, 30),
    sums("lamost-ssap-snr.xml", 9, 1433.322884894917, 281.3537453857992, 505246.50631203706, 9, 757, 90),
    sums(
      "lamost-ssap-redshift.xml", 3, 306.7745089977668, 105.18022959864793, 168925.95058217592, 3, 243, 30),
    sums("lamost-ssap-cone.xml", 1, 119.26584000247783, 2.948225501933384, 56341.66307222222, 1, 63, 10),
  ]

  private func check(_ answer: SSAPAnswer, _ expected: Sums) {
    let records = answer.records
    #expect(records.count == expected.rows)
    for record in records {
      #expect(record.ra != nil && record.dec != nil, "row \(record.row)")
      #expect(record.dateObs != nil, "row \(record.row)")
      #expect(record.publisherDID?.hasPrefix("ivo://") == true, "row \(record.row)")
      #expect(record.accessURL?.hasPrefix("http://") == true, "row \(record.row)")
      #expect(record.contentKinds.isEmpty == false, "row \(record.row)")
    }
    // Sums of 225 numbers below 1e8 lose at most 1e-6.
    #expect(abs(records.compactMap(\.ra).reduce(0, +) - expected.ra) < 1e-6)
    #expect(abs(records.compactMap(\.dec).reduce(0, +) - expected.dec) < 1e-6)
    #expect(abs(records.compactMap(\.dateObs).reduce(0, +) - expected.mjd) < 1e-6)
    #expect(Set(records.compactMap(\.publisherDID)).count == expected.identifiers)
    #expect(records.compactMap(\.accessURL?.count).reduce(0, +) == expected.addressLength)
    #expect(records.compactMap(\.format?.count).reduce(0, +) == expected.formatLength)
  }

  @Test(.enabled(if: TestData.isThere, TestData.absent), arguments: archives)
  func `Every row of a target archive's answer has what a crawl needs`(_ expected: Sums) throws {
    let document = try TestData.document(TestData.bytes(expected.name))
    check(try SSAPAnswer(document: document, url: "http://archive.example/ssap"), expected)
  }

  @Test(.enabled(if: TestData.areSamplesThere, TestData.absent), arguments: samples)
  func `Every row of an answer of DaCHS 2.7 has what a crawl needs`(_ expected: Sums) throws {
    let document = try TestData.document(TestData.sample(expected.name))
    check(try SSAPAnswer(document: document, url: "http://archive.example/ssap"), expected)
  }

  @Test(.enabled(if: TestData.isThere, TestData.absent))
  func `The first row of the Ondřejov answer is read in full`() throws {
    let document = try TestData.document(TestData.bytes("vo/ondrejov-ssap-answers/ssap1.xml"))
    let answer = try SSAPAnswer(document: document, url: "http://voarchive.asu.cas.cz/ccd700/q/ssa/ssap.xml")
    let record = try #require(answer.records.first)
    #expect(answer.status == .ok)
    #expect(record.publisherDID == "ivo://asu.cas.cz/stel/ccd700/tg160037")
    #expect(
      record.accessURL == "http://voarchive.asu.cas.cz/getproduct/ccd700/data/v509cas/6255-6767/tg160037.fit")
    #expect(record.format == "image/fits")
    #expect(record.size == 20160)
    #expect(record.ra == 345.021249997337)
    #expect(record.dec == 56.94536110962)
    #expect(record.dateObs == 55393.9589467593)
    #expect(record.exposure == 900)
    #expect(record.targetName == "HD217476")
    #expect(record.targetClass == "star")
    #expect(record.length == 1997)
    #expect(record.modified == "2015-02-13T12:12:09.932426")
    #expect(abs((record.spectralStart ?? 0) - 6.26034e-07) < 1e-13)
    #expect(abs((record.spectralEnd ?? 0) - 6.77268e-07) < 1e-13)
    #expect(record.snr == nil && record.redshift == nil)
    // Given as a PARAM of the table, not as a column.
    #expect(record.fluxCalibration == "UNCALIBRATED")
    #expect(answer.records[1].publisherDID == record.publisherDID)
    #expect(answer.records[1].contentKinds == [.votable])
  }

  @Test(.enabled(if: TestData.isThere, TestData.absent))
  func `The LAMOST answer is read through its own habits`() throws {
    let document = try TestData.document(TestData.bytes("vo/lamost-openapi-answers/ssap_response.xml"))
    let answer = try SSAPAnswer(
      document: document, url: "https://www.lamost.org/openapi/dr10/v2.0/lrs/voservice/ssap")
    let record = try #require(answer.records.first)
    #expect(record.ra == 9.7790685 && record.dec == 40.091383)
    #expect(record.dateObs == 55858)
    #expect(record.publisherDID == "ivo://china-vo.org/data/lamost/dr10/v2.0/spectrum/fits/403028")
    #expect(record.format == "fits")
    #expect(record.contentKinds == [.fits, .gzip])
    #expect(record.targetName == "J003906.97+400528.9")
    #expect(record.targetClass == "STAR")
    #expect(abs((record.redshift ?? 1) - 4.73e-6) < 1e-12)
    // Sum of the column snrr, by a regular expression over the document.
    #expect(abs(answer.records.compactMap(\.snr).reduce(0, +) - 11875.5) < 1e-6)
  }

  @Test(.enabled(if: TestData.areSamplesThere, TestData.absent))
  func `Constants that DaCHS gives as PARAMs are in every record`() throws {
    let document = try TestData.document(TestData.sample("ssap-default.xml"))
    let answer = try SSAPAnswer(document: document, url: "http://127.0.0.1:8080/ccd700/q/ssa/ssap.xml")
    #expect(answer.records.allSatisfy { $0.collection == "ccd700" && $0.instrument == "COUDE700" })
    #expect(
      answer.records.allSatisfy { ($0.spectralStart ?? 1) < 6.5628e-7 && ($0.spectralEnd ?? 0) > 6.5628e-7 })
  }

  @Test(
    .enabled(if: TestData.areSamplesThere, TestData.absent),
    arguments: [
      ("ssap-bad-pos.xml", "POS"), ("ssap-bad-size.xml", "SIZE"), ("ssap-bad-time.xml", "TIME"),
      ("ssap-bad-request.xml", "REQUEST"), ("ssap-no-request.xml", "REQUEST"),
      ("ssap-cone-wide.xml", "radius"),
      ("ssap-time-mjd.xml", "TIME"), ("ssap-negative-maxrec.xml", ""), ("ssap-bad-maxrec.xml", "maxrec"),
      ("ssap-format-graphic.xml", ""),
    ])
  func `An error document with status 200 is an error with the service's words`(
    _ name: String, _ word: String
  ) throws {
    let document = try TestData.document(TestData.sample(name))
    let error = #expect(throws: ServiceError.self) {
      try SSAPAnswer(document: document, url: "http://x.example/")
    }
    #expect(error?.code == "SVC-04")
    #expect(error?.message.count ?? 0 > 40)
    if !word.isEmpty { #expect(error?.message.contains(word) == true) }
  }

  @Test(
    .enabled(if: TestData.areSamplesThere, TestData.absent),
    arguments: ["ssap-overflow.xml", "ssap-top.xml", "lamost-ssap-overflow.xml"])
  func `An overflow is told`(_ name: String) throws {
    let document = try TestData.document(TestData.sample(name))
    #expect(try SSAPAnswer(document: document, url: "http://x.example/").status == .overflow)
  }

  @Test func `The last QUERY_STATUS counts`() throws {
    let table = """
      <TABLE><FIELD name="a" datatype="char" arraysize="*" utype="ssa:Access.Reference"/><DATA><TABLEDATA>
      <TR><TD>http://a.example/1</TD></TR></TABLEDATA></DATA></TABLE>
      """
    func answer(_ before: String, _ after: String) throws -> SSAPAnswer {
      let text = """
        <VOTABLE version="1.3"><RESOURCE type="results"><INFO name="QUERY_STATUS" value="\(before)"/>
        \(table)<INFO name="QUERY_STATUS" value="\(after)">out of time</INFO></RESOURCE></VOTABLE>
        """
      return try SSAPAnswer(document: TestData.document(text), url: "http://x.example/")
    }
    #expect(try answer("OK", "OVERFLOW").status == .overflow)
    let failed = try answer("OK", "ERROR")
    #expect(failed.status == .error("out of time"))
    #expect(failed.isPartial)
    #expect(failed.records.map(\.accessURL) == ["http://a.example/1"])
    #expect(try answer("OVERFLOW", "OK").status == .ok)
  }

  @Test func `Relative access references are made absolute and sizes take their unit`() throws {
    let text = """
      <VOTABLE version="1.3"><RESOURCE type="results"><TABLE>
      <FIELD name="a" datatype="char" arraysize="*" utype="Spectrum.Access.Reference"/>
      <FIELD name="s" datatype="int" utype="SSA:access.size"/>
      <DATA><TABLEDATA><TR><TD>../get?f=a%20b</TD><TD>20</TD></TR></TABLEDATA></DATA></TABLE></RESOURCE></VOTABLE>
      """
    let url = "http://x.example/q/ssap.xml?REQUEST=queryData"
    let record = try #require(try SSAPAnswer(document: TestData.document(text), url: url).records.first)
    #expect(record.accessURL == "http://x.example/get?f=a%20b")
    #expect(record.size == 20_000)
  }

  @Test func `A table without access references is no SSAP answer`() throws {
    let document = try TestData.document(Fixture.votable(rows: 2))
    let error = #expect(throws: ServiceError.self) {
      try SSAPAnswer(document: document, url: "http://x.example/")
    }
    #expect(error?.code == "SVC-06")
  }
}
