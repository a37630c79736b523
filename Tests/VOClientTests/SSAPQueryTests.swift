import Testing

@testable import VOClient

@Suite struct SSAPQueryTests {
  @Test(arguments: [
    ("http://a.example/ssap.xml", "http://a.example/ssap.xml?REQUEST=queryData&MAXREC=5"),
    ("http://a.example/ssap.xml?", "http://a.example/ssap.xml?REQUEST=queryData&MAXREC=5"),
    ("http://a.example/s?x=1&", "http://a.example/s?x=1&REQUEST=queryData&MAXREC=5"),
    ("http://a.example/s?x=1&request=queryData", "http://a.example/s?x=1&REQUEST=queryData&MAXREC=5"),
    ("http://a.example", "http://a.example/?REQUEST=queryData&MAXREC=5"),
    ("http://a.example/s?id=a%26b#part", "http://a.example/s?id=a%26b&REQUEST=queryData&MAXREC=5"),
  ]) func `A base address is completed whatever it ends with`(_ base: String, _ expected: String) {
    #expect(SSAPQuery(maxrec: 5).url(base: base) == expected)
  }

  @Test func `Values are encoded, list syntax is not`() throws {
    let query = SSAPQuery(
      position: (ra: -0.5, dec: 1e-7), size: 0.25, band: (lower: 6.5e-7, upper: .infinity),
      time: (lower: 55562, upper: 55742.5), targetName: "HD 1#&+%", extra: [("POS2", "1,2;ICRS")])
    let url = try #require(query.url(base: "http://a.example/s"))
    #expect(
      url == "http://a.example/s?REQUEST=queryData&POS=359.5,0.0000001&SIZE=0.25&BAND=0.00000065/"
        + "&TIME=2011-01-01T00:00:00/2011-06-30T12:00:00&TARGETNAME=HD%201%23%26%2B%25&POS2=1,2;ICRS")
  }

  @Test func `Further parameters replace those of the same name`() throws {
    let query = SSAPQuery(maxrec: 5, extra: [("MaxRec", "7"), ("REQUEST", "getTargetNames")])
    #expect(query.url(base: "http://a.example/s") == "http://a.example/s?MaxRec=7&REQUEST=getTargetNames")
  }

  @Test func `Queries that services misunderstand are not sent`() async {
    let service = SSAPService(url: "http://127.0.0.1:9/ssap", engine: Fixture.engine())
    let queries = [
      SSAPQuery(position: (ra: 1, dec: 2)), SSAPQuery(size: 1),
      SSAPQuery(position: (ra: 1, dec: 91), size: 1),
      SSAPQuery(position: (ra: .nan, dec: 1), size: 1), SSAPQuery(position: (ra: 1, dec: 1), size: 0),
      SSAPQuery(maxrec: -1), SSAPQuery(band: (lower: 2, upper: 1)),
    ]
    for query in queries {
      let error = await #expect(throws: ServiceError.self) { try await service.query(query) }
      #expect(error?.code == "SVC-01")
    }
  }

  @Test(arguments: [
    (1.0, "1"), (0.1, "0.1"), (6.5628e-7, "0.00000065628"), (-1e-10, "-0.0000000001"),
    (1e22, "10000000000000000000000"),
    (1.5e-300, "0." + String(repeating: "0", count: 299) + "15"), (345.021249997337, "345.021249997337"),
    (.infinity, "+Inf"), (-.infinity, "-Inf"), (0, "0"), (123456789012345680, "123456789012345680"),
  ]) func `Numbers are written without exponents and read back the same`(_ number: Double, _ text: String) {
    #expect(PlainNumber.text(number) == text)
    if number.isFinite { #expect(Double(PlainNumber.text(number)) == number) }
  }

  /// Values of astropy 7: `Time("…").mjd` and `Time(mjd, format="mjd").isot`.
  @Test(arguments: [
    ("2011-10-24", 55858.0), ("1858-11-17", 0), ("2000-01-01T12:00:00", 51544.5),
    ("2024-02-29T06:00:00Z", 60369.25),
    ("1900-03-01 18:00:00", 15079.75), ("0001-01-01", -678575),
  ]) func `Dates and modified Julian dates agree with astropy`(_ text: String, _ mjd: Double) {
    #expect(ISODate.mjd(text) == mjd)
    #expect(ISODate.mjd(ISODate.text(mjd: mjd)) == mjd)
  }

  @Test(arguments: [
    "", "2011", "2011-13-01", "yesterday", "2011-10-24T25:00:00", "2011-10-24T10:00:00+01:00",
  ])
  func `What is no date gives none`(_ text: String) {
    #expect(ISODate.mjd(text) == nil)
  }

  @Test func `Rows are tested against the query again`() {
    var record = SSAPRecord(row: 0)
    record.ra = 10
    record.dec = 0
    record.dateObs = 55000
    record.spectralStart = 6.2e-7
    record.spectralEnd = 6.7e-7
    record.modified = "2015-02-13T12:12:09.9"
    record.snr = 20
    record.format = "image/fits"
    record.publisherDID = "ivo://a/b"
    func accepts(_ query: SSAPQuery) -> Bool { query.accepts(record) }
    #expect(accepts(SSAPQuery()))
    #expect(accepts(SSAPQuery(position: (ra: 10.4, dec: 0), size: 1)))
    // SIZE is a diameter; DaCHS sends twice as much.
    #expect(!accepts(SSAPQuery(position: (ra: 10.6, dec: 0), size: 1)))
    #expect(accepts(SSAPQuery(position: (ra: 190, dec: 0), size: 360)))
    #expect(accepts(SSAPQuery(band: (lower: 6.56e-7, upper: 6.57e-7))))
    #expect(!accepts(SSAPQuery(band: (lower: 7e-7, upper: .infinity))))
    #expect(accepts(SSAPQuery(time: (lower: 54999, upper: .infinity))))
    #expect(!accepts(SSAPQuery(time: (lower: -.infinity, upper: 54999))))
    #expect(accepts(SSAPQuery(modifiedSince: 57066)))
    #expect(!accepts(SSAPQuery(modifiedSince: 57067)))
    #expect(accepts(SSAPQuery(minimumSNR: 20)))
    #expect(!accepts(SSAPQuery(minimumSNR: 21)))
    #expect(accepts(SSAPQuery(format: "votable,fits")))
    #expect(!accepts(SSAPQuery(format: "votable")))
    #expect(!accepts(SSAPQuery(format: "application/fits")))
    #expect(accepts(SSAPQuery(publisherDID: "ivo://a/b")))
    #expect(!accepts(SSAPQuery(publisherDID: "ivo://a/c")))
    // What a row does not say cannot exclude it.
    #expect(SSAPQuery(position: (ra: 99, dec: 9), size: 1, minimumSNR: 5).accepts(SSAPRecord(row: 0)))
  }
}
