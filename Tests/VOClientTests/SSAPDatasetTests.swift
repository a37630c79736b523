import Tables
import Testing

@testable import VOClient

/// Which rows are one spectrum, and what a query may demand of them.
@Suite struct SSAPDatasetTests {
  /// An answer of rows: publisher DID, Association.ID, Association.Type, format, address, and further columns.
  private func answer(_ rows: [[String]], more: [(name: String, utype: String, type: String)] = []) throws
    -> SSAPAnswer
  {
    let columns =
      [
        ("did", "Curation.PublisherDID", "char"), ("assoc", "Association.ID", "char"),
        ("kind", "Association.Type", "char"), ("format", "Access.Format", "char"),
        ("url", "Access.Reference", "char"),
      ] + more
    let fields = columns.map { name, utype, type in
      "<FIELD name=\"\(name)\" datatype=\"\(type)\"\(type == "char" ? " arraysize=\"*\"" : "") utype=\"ssa:\(utype)\"/>"
    }
    let cells = rows.map { "<TR>" + $0.map { "<TD>\($0)</TD>" }.joined() + "</TR>" }
    let text =
      "<VOTABLE><RESOURCE type=\"results\"><TABLE>\(fields.joined())<DATA><TABLEDATA>\(cells.joined())</TABLEDATA></DATA>"
      + "</TABLE></RESOURCE></VOTABLE>"
    return try SSAPAnswer(document: try TestData.document(text), url: "http://a.example/")
  }

  @Test func `Rows of one publisher's identifier, or of one MultiFormat association, are one spectrum`()
    throws
  {
    let answer = try answer([
      ["ivo://a", "", "", "application/x-votable+xml", "http://a.example/1.vot"],
      ["ivo://a", "", "", "image/fits", "http://a.example/1.fits"],
      ["", "7", "MultiFormat", "text/csv", "http://a.example/2.csv"],
      ["", "7", "multiformat", "application/fits", "http://a.example/2.fits"],
      // Another kind of association: the spectra of one observation.
      ["ivo://b", "8", "Observation", "image/fits", "http://a.example/3.fits"],
      ["ivo://c", "8", "Observation", "image/fits", "http://a.example/4.fits"],
      ["", "", "", "image/fits", "http://a.example/5.fits"],
      ["", "", "", "image/fits", "http://a.example/5.fits"],
      ["", "", "", "image/fits", "http://a.example/6.fits"],
    ])
    #expect(answer.datasets.map(\.records.count) == [2, 2, 1, 1, 2, 1])
    #expect(answer.datasets.map(\.identifier) == ["ivo://a", "7", "ivo://b", "ivo://c", nil, nil])
    #expect(answer.distinct().map(\.row) == [1, 3, 4, 5, 6, 8])
    #expect(answer.distinct(preferring: ["votable", "text/csv"]).map(\.row) == [0, 2, 4, 5, 6, 8])
  }

  @Test func `Every parameter of SSA goes out in its form`() throws {
    var query = SSAPQuery(position: (ra: 10, dec: -20), size: 0.5, band: (lower: 6.5e-7, upper: .infinity))
    query.bandFrame = .source
    query.wavelengthCalibration = "ABSOLUTE"
    query.redshift = (lower: 0.1, upper: 0.2)
    query.targetClass = "star"
    query.creatorDID = "ivo://c/d?e"
    query.modifiedSince = 55858
    query.modifiedUntil = 55859
    query.minimumResolvingPower = 1500
    query.spatialResolution = 0.001
    query.timeResolution = 60
    query.aperture = 0.0005
    query.variability = (lower: 0.1, upper: .infinity)
    query.top = 10
    query.compress = true
    query.runID = "night 1"
    query.format = "fits"
    let url = try #require(query.url(base: "http://a.example/ssap"))
    #expect(
      url == "http://a.example/ssap?REQUEST=queryData&POS=10,-20&SIZE=0.5&BAND=0.00000065/;source"
        + "&FORMAT=fits,image/fits,application/fits&MTIME=2011-10-24T00:00:00/2011-10-25T00:00:00"
        + "&WAVECALIB=ABSOLUTE&REDSHIFT=0.1/0.2&TARGETCLASS=star&CREATORDID=ivo://c/d%3Fe&SPECRP=1500/"
        + "&SPATRES=/0.001&TIMERES=/60&APERTURE=0.0005&VARAMPL=0.1/&TOP=10&COMPRESS=true&RUNID=night%201")
    query.top = 0
    #expect(query.problem?.contains("TOP") == true)
  }

  @Test func `Constraints that a service ignored are applied to its answer`() throws {
    let answer = try answer(
      [
        ["ivo://a", "", "", "image/fits", "u", "0.15", "star", "2000", "ABSOLUTE", "2011-10-24T12:00:00"],
        ["ivo://b", "", "", "image/fits", "u", "0.25", "star", "2000", "ABSOLUTE", "2011-10-24T12:00:00"],
        ["ivo://c", "", "", "image/fits", "u", "0.15", "QSO", "2000", "ABSOLUTE", "2011-10-24T12:00:00"],
        ["ivo://d", "", "", "image/fits", "u", "0.15", "Star", "900", "ABSOLUTE", "2011-10-24T12:00:00"],
        ["ivo://e", "", "", "image/fits", "u", "0.15", "star", "2000", "RELATIVE", "2011-10-24T12:00:00"],
        ["ivo://f", "", "", "image/fits", "u", "0.15", "star", "2000", "absolute", "2011-10-25T12:00:00"],
        // What a row does not say counts as fulfilled.
        ["ivo://g", "", "", "image/fits", "u", "", "", "", "", ""],
      ],
      more: [
        ("z", "Target.Redshift", "double"), ("class", "Target.Class", "char"),
        ("rp", "Char.SpectralAxis.ResPower", "double"), ("wc", "Char.SpectralAxis.Calibration", "char"),
        ("date", "Curation.Date", "char"),
      ])
    var query = SSAPQuery()
    query.redshift = (lower: 0.1, upper: 0.2)
    query.targetClass = "star"
    query.minimumResolvingPower = 1500
    query.wavelengthCalibration = "ABSOLUTE"
    query.modifiedUntil = 55859
    #expect(answer.records.filter(query.accepts).compactMap(\.publisherDID) == ["ivo://a", "ivo://g"])
  }

  @Test func `Records become a table that reads back as the same records`() throws {
    let records = try answer([["ivo://a", "", "", "image/fits", "http://a.example/1.fits"]]).records.map {
      record in
      var full = record
      full.ra = 10.5
      full.dec = -20.25
      full.dateObs = 55858.5
      full.spectralStart = 6.5e-7
      full.spectralEnd = 6.75e-7
      full.snr = 12
      full.size = 2880
      return full
    }
    let table = SSAPRecord.table(records)
    let again = try SSAPAnswer(document: .init(table: table), url: "http://a.example/").records
    #expect(again.count == 1)
    #expect(again[0].publisherDID == "ivo://a" && again[0].ra == 10.5 && again[0].dec == -20.25)
    #expect(
      again[0].dateObs == 55858.5 && again[0].spectralStart == 6.5e-7 && again[0].spectralEnd == 6.75e-7)
    #expect(again[0].snr == 12 && again[0].size == 2880 && again[0].accessURL == "http://a.example/1.fits")
  }
}
