import Classifier
import DemoArchive
import Tables
import Testing

@Suite struct SSAPAnswerTests {
  @Test func coneFindsWhatLiesWithinHalfTheDiameter() async throws {
    try await RunningArchive.with { running async throws in
      let centre = running.lamost.record(10)
      let found = try await running.identifiers(
        "lamost", [("POS", "\(centre.ra),\(centre.dec)"), ("SIZE", "1.6")])
      let wanted = running.archive.records(of: .lamost)
        .filter { angle(centre.ra, centre.dec, $0.ra, $0.dec) <= 0.8 }
      #expect(wanted.count > 10)
      #expect(
        Set(found.compactMap { running.archive.record(forPublisherDID: $0)?.index })
          == Set(wanted.map(\.index)))
      #expect(found.count == wanted.count)
    }
  }

  @Test func withTheHabitOfDaCHSSizeIsTheRadius() async throws {
    try await RunningArchive.with(habits: .dachs) { running async throws in
      let centre = running.lamost.record(10)
      let found = try await running.identifiers(
        "lamost", [("POS", "\(centre.ra),\(centre.dec)"), ("SIZE", "0.8")])
      let wanted = running.archive.records(of: .lamost).filter {
        angle(centre.ra, centre.dec, $0.ra, $0.dec) <= 0.8
      }
      #expect(found.count == wanted.count)
    }
  }

  @Test func ondrejovListsEverySpectrumTwiceWithConstantsAsParameters() async throws {
    try await RunningArchive.with { running async throws in
      let table = try await running.query("ondrejov", []).requireResults()
      #expect(table.rowCount == 120)
      let identifier = table.finder(utype: "ssa:Curation.PublisherDID")
      let reference = table.finder(utype: "ssa:Access.Reference")
      for row in stride(from: 0, to: 120, by: 2) {
        #expect(identifier.string(row) == identifier.string(row + 1))
        #expect(reference.string(row)?.hasSuffix(".vot") == true)
        #expect(reference.string(row + 1)?.hasSuffix(".fits") == true)
      }
      let collection = table.finder(utype: "ssa:DataID.Collection")
      #expect(collection.isParameter && collection.string(0) == "simulated CCD700")
      let lamost = try await running.query("lamost", [("MAXREC", "2")]).requireResults()
      #expect(!lamost.finder(utype: "ssa:DataID.Collection").isParameter)
    }
  }

  @Test func rowsSayWhatTheRecordSays() async throws {
    try await RunningArchive.with { running async throws in
      let table = try await running.query("lamost", []).requireResults()
      for row in stride(from: 0, to: 1200, by: 111) {
        let record = running.lamost.record(row)
        #expect(table.finder(utype: "Target.Name").string(row) == record.objectName)
        #expect(
          table.finder(utype: "Char.SpatialAxis.Coverage.Location.Value").doubles(row) == [
            record.ra, record.dec,
          ])
        #expect(table.finder(utype: "Char.TimeAxis.Coverage.Location.Value").double(row) == record.mjd)
        #expect(table.finder(utype: "Dataset.Length").integer(row) == 3909)
        #expect(table.finder(utype: "Access.Size").integer(row) == record.fileSize)
        let start = table.finder(utype: "Char.SpectralAxis.Coverage.Bounds.Start").double(row) ?? 0
        #expect(abs(start - record.firstWavelength * 1e-10) < 1e-16)
      }
    }
  }

  @Test func limitsCutAndSayOverflow() async throws {
    try await RunningArchive.with(defaultMaxrec: 100, hardMaxrec: 500) { running async throws in
      let plain = try await running.query("lamost", [])
      #expect(try plain.requireResults().rowCount == 100 && plain.queryStatus == .overflow)
      let more = try await running.query("lamost", [("MAXREC", "300")])
      #expect(try more.requireResults().rowCount == 300 && more.queryStatus == .overflow)
      let hard = try await running.query("lamost", [("MAXREC", "100000")])
      #expect(try hard.requireResults().rowCount == 500 && hard.queryStatus == .overflow)
      let exact = try await running.query("ondrejov", [("MAXREC", "120")])
      #expect(try exact.requireResults().rowCount == 120 && exact.queryStatus == .ok)
      let none = try await running.query("ondrejov", [("MAXREC", "0")])
      #expect(try none.requireResults().rowCount == 0)
    }
  }

  @Test func bandTimeFormatNameAndIdentifierSelect() async throws {
    try await RunningArchive.with { running async throws in
      let blue = try await running.identifiers("ondrejov", [("BAND", "4e-7/5e-7")])
      #expect(blue.isEmpty)
      #expect(try await running.identifiers("ondrejov", [("BAND", "6.5628e-7")]).count == 120)
      #expect(try await running.identifiers("ondrejov", [("BAND", "/5e-7,6.7e-7/;source")]).count == 120)
      #expect(try await running.identifiers("ondrejov", [("FORMAT", "image/fits")]).count == 60)
      #expect(try await running.identifiers("ondrejov", [("FORMAT", "votable")]).count == 60)
      #expect(try await running.identifiers("lamost", [("FORMAT", "graphic")]).isEmpty)
      let record = running.ondrejov.record(7)
      let day = running.archive.records(of: .ondrejov).filter { Int($0.mjd) == Int(record.mjd) }.count
      let date =
        try await running.query(
          "ondrejov", [("PUBDID", "ivo://votrawl.invalid/demo/ondrejov/" + record.name)]
        )
        .requireResults().finder(name: "ssa_cdate").string(0) ?? ""
      let found = try await running.identifiers("ondrejov", [("TIME", String(date.prefix(10)))])
      #expect(found.count >= 2 * day && found.count < 120)
      let named = running.archive.records(of: .ondrejov).filter { $0.objectName == record.objectName }.count
      #expect(
        try await running.identifiers("ondrejov", [("TARGETNAME", record.objectName.lowercased())]).count == 2
          * named)
    }
  }

  @Test(arguments: [
    [("REQUEST", "getData")], [("REQUEST", "queryData"), ("POS", "10"), ("SIZE", "1")],
    [("REQUEST", "queryData"), ("POS", "10,95"), ("SIZE", "1")],
    [("REQUEST", "queryData"), ("POS", "10,20;GALACTIC"), ("SIZE", "1")],
    [("REQUEST", "queryData"), ("POS", "10,20"), ("SIZE", "wide")],
    [("REQUEST", "queryData"), ("MAXREC", "-1")],
    [("REQUEST", "queryData"), ("TIME", "yesterday")], [("REQUEST", "queryData"), ("BAND", "1/2/3")],
    [("REQUEST", "queryData"), ("RESPONSEFORMAT", "image/gif")], [],
  ])
  func badParametersGiveAnErrorDocumentWithStatus200(parameters: [(String, String)]) async throws {
    try await RunningArchive.with(ondrejov: 5, lamost: 5) { running async throws in
      let reply = try await running.get("/lamost/ssap", parameters)
      #expect(reply.status == 200)
      let document = try VOTableReader().read(bytes: reply.body)
      guard case .error(let message)? = document.queryStatus else {
        Issue.record("no error: \(reply.text.prefix(300))")
        return
      }
      #expect(
        message.contains(
          parameters.last?.0 == "SIZE" && !message.hasPrefix("POS") ? "SIZE" : message.prefix(3)))
    }
  }

  @Test func allSerializationsHoldTheSameRows() async throws {
    try await RunningArchive.with { running async throws in
      let types = ["TABLEDATA", "BINARY", "BINARY2"].map { "application/x-votable+xml;serialization=" + $0 }
      var tables: [Table] = []
      for type in types {
        tables.append(
          try await running.query("lamost", [("MAXREC", "50"), ("RESPONSEFORMAT", type)]).requireResults())
      }
      for (number, column) in tables[0].columns.enumerated() {
        for row in 0..<50 {
          #expect(tables[1].columns[number].string(row) == column.string(row))
          #expect(tables[2].columns[number].string(row) == column.string(row))
        }
      }
    }
  }

  @Test func metadataDescribeInputsAndOutputs() async throws {
    try await RunningArchive.with(ondrejov: 5, lamost: 5) { running async throws in
      let table = try await running.query("lamost", [("FORMAT", "METADATA")]).requireResults()
      let names = table.parameters.map(\.name)
      for wanted in ["INPUT:POS", "INPUT:SIZE", "INPUT:BAND", "INPUT:TIME", "INPUT:FORMAT", "OUTPUT:accref"] {
        #expect(names.contains(wanted))
      }
    }
  }

  @Test func nothingInTheAnswersTellsTheTruth() async throws {
    try await RunningArchive.with { running async throws in
      let reply = try await running.get("/ondrejov/ssap", [("REQUEST", "queryData")])
      for word in ["double-peak", "emission", "absorption", "shell"] { #expect(!reply.text.contains(word)) }
      #expect(running.archive.records(of: .ondrejov).contains { $0.truth == .emission })
    }
  }
}
