import Foundation
import Tables
import Testing

@testable import VOClient

/// Many identifiers, many positions, and cut-outs that another program measures, on a real DaCHS 2.7 server.
@Suite(.enabled(if: TestData.manyServer != nil, TestData.noServer), .serialized) struct DaCHSBulkTests {
  let base = TestData.manyServer ?? ""
  let engine = Fixture.engine()

  private func ssap(_ collection: String) -> SSAPService {
    SSAPService(url: "\(base)/\(collection)/q/ssa/ssap.xml?", engine: engine)
  }

  private func answer(_ collection: String, maxrec: Int = 10_000) async throws -> SSAPAnswer {
    try await ssap(collection).query(
      SSAPQuery(maxrec: maxrec, responseFormat: "application/x-votable+xml;serialization=BINARY2"))
  }

  /// 2,000 identifiers are real ones where the server has so many; the rest does not exist.
  @Test(arguments: [(1, "ccd700"), (1, "lamost"), (100, "ccd700"), (100, "lamost"), (2000, "lamost")])
  func `Each of many identifiers gets its links or its fault`(_ count: Int, _ collection: String) async throws
  {
    let answer = try await answer(collection, maxrec: 2 * count + 10)
    let known = Array(answer.datasets.compactMap(\.identifier).sorted().prefix(count))
    let unknown = (known.count..<max(count, known.count)).map { "ivo://bench.invalid/no/such/\($0)" }
    let service = DataLinkService(descriptor: try #require(answer.linksDescriptor), engine: engine)
    let links = try await service.links(ids: known + unknown)
    #expect(links.links.count == count)
    for id in known {
      let own = links[id]
      #expect(own.allSatisfy { $0.id == id })
      // The file, the other forms of it, and the service that cuts out of it.
      #expect(links.links(of: id, semantics: "#this").count == 1, "\(id)")
      #expect(links.links(of: id, semantics: "#derivation").count >= 1, "\(id)")
      #expect(links.links(of: id, semantics: "#proc").contains { $0.descriptor?.isSODA == true }, "\(id)")
      let fixed = own.lazy.compactMap(\.descriptor).first?.input("ID")?.fixedValue
      #expect(fixed == id, "a descriptor of another dataset")
      // What the server makes on the fly has no length.
      #expect(own.contains { $0.semantics == "#derivation" && $0.contentLength == nil })
    }
    for id in unknown { #expect(links[id].map(\.fault) == ["NotFoundFault"], "\(id)") }
    #expect(links.requestCount <= (count + 49) / 50 + 1)
  }

  @Test func `2,000 identifiers in one request are posted and all answered`() async throws {
    let answer = try await answer("lamost", maxrec: 2000)
    let known = Array(answer.datasets.compactMap(\.identifier))
    var service = DataLinkService(descriptor: try #require(answer.linksDescriptor), engine: engine)
    service.batchSize = 2000
    let links = try await service.links(ids: known)
    #expect(links.requestCount == 1 && links.links.count == known.count)
    #expect(known.allSatisfy { links.links(of: $0, semantics: "#this").count == 1 })
  }

  @Test func `An answer that the server cut is seen to be cut`() async throws {
    let answer = try await answer("lamost")
    let ids = answer.datasets.compactMap(\.identifier).prefix(5)
    let url = try #require(answer.linksDescriptor?.accessURL)
    let address = try #require(WebAddress(url))
    var cut = address.adding([("MAXREC", "2")])
    cut.query = [cut.query ?? "", WebAddress.encodedForm(ids.map { ("ID", $0) })].joined(separator: "&")
    let document = try await VOTableFetch(engine).document(TransferRequest(url: cut.text))
    #expect(document.queryStatus == .overflow)
    #expect(try DataLinkAnswer.rows(of: document, base: cut.text).isCut)
  }

  @Test func `ObsCore lists the spectra that SSAP lists`() async throws {
    let obscore = ObsCoreService(url: base + "/tap", engine: engine)
    for collection in ["ccd700", "lamost"] {
      let own = try await answer(collection)
      let name = try #require(own.records.first?.collection)
      let other = try await obscore.query(SSAPQuery(maxrec: 20_000, collection: name))
      #expect(Set(other.datasets.map(\.identifier)) == Set(own.datasets.map(\.identifier)))
      let pairs = Dictionary(own.records.map { ($0.publisherDID, $0) }) { first, _ in first }
      for record in other.records {
        let same = try #require(pairs[record.publisherDID])
        #expect(
          abs((record.ra ?? 0) - (same.ra ?? 1)) < 2e-5 && abs((record.dec ?? 0) - (same.dec ?? 1)) < 2e-5)
        #expect(abs((record.spectralStart ?? 0) - (same.spectralStart ?? 1)) < 1e-13)
        #expect(record.accessURL != nil && record.format != nil)
      }
    }
  }

  @Test func `Constraints of ObsCore find what they should`() async throws {
    let obscore = ObsCoreService(url: base + "/tap", engine: engine)
    let all = try await obscore.query(SSAPQuery(maxrec: 20_000)).records
    let one = try #require(all.first { $0.ra != nil && $0.dateObs != nil })
    let (ra, dec) = (try #require(one.ra), try #require(one.dec))
    let date = try #require(one.dateObs)
    for query in [
      SSAPQuery(position: (ra: ra, dec: dec), size: 10, maxrec: 20_000),
      SSAPQuery(band: (lower: 6.9e-7, upper: .infinity), maxrec: 20_000),
      SSAPQuery(time: (lower: date - 0.2, upper: date + 0.2), maxrec: 20_000),
      SSAPQuery(maxrec: 20_000, publisherDID: one.publisherDID),
    ] {
      let found = try await obscore.query(query).records
      #expect(Set(found.map(\.publisherDID)) == Set(all.filter(query.accepts).map(\.publisherDID)))
      #expect(!found.isEmpty)
    }
  }

  @Test func `A job with 10,000 positions gives the pairs that arithmetic gives`() async throws {
    let records = try await answer("lamost").records.filter { $0.ra != nil && $0.dec != nil }
    // Every archive position within 1″, and places where nothing is.
    let positions = (0..<10_000).map { index -> (Double, Double) in
      if index < records.count, let ra = records[index].ra, let dec = records[index].dec {
        return (ra, min(89.9, dec + 1.0 / 3600))
      }
      return (Double(index) * 0.036, -80 + Double(index % 7))
    }
    let table = Table(columns: [
      Column(Field(name: "n", datatype: .int), ints: (0..<10_000).map { Int32($0) } as [Int32?]),
      Column(Field(name: "ra", unit: "deg"), doubles: positions.map(\.0)),
      Column(Field(name: "dec", unit: "deg"), doubles: positions.map(\.1)),
    ])
    let query = """
      SELECT mine.n, ssa_pubdid FROM TAP_UPLOAD.mine AS mine JOIN lamost.data AS d
      ON 1 = CONTAINS(POINT('ICRS', d.raj2000, d.dej2000), CIRCLE('ICRS', mine.ra, mine.dec, 0.0006))
      """
    let tap = TAPService(url: base + "/tap", engine: engine)
    let job = try await tap.makeJob(query, maxrec: 20_000, uploads: [try .init(name: "mine", table: table)])
    // As if the program had been killed here and another run took the job up.
    let other = Fixture.engine()
    defer { other.shutdown() }
    let document = try await TAPService(url: base + "/tap", engine: other).resume(jobURL: job.url)
    let result = try #require(document.results)
    let found = Set(
      (0..<result.rowCount).map { row in
        "\(result.column("n")?.integer(row) ?? -1) \(result.columns[1].string(row) ?? "")"
      })
    var expected = Set<String>()
    for (n, position) in positions.enumerated() {
      let query = SSAPQuery(
        position: (ra: position.0, dec: position.1), size: 2 * (0.0006 - SSAPQuery.positionSlack))
      for record in records where abs((record.dec ?? 99) - position.1) < 0.001 && query.accepts(record) {
        expected.insert("\(n) \(record.publisherDID ?? "")")
      }
    }
    #expect(found == expected && expected.count >= records.count)
  }

  @Test func `Jobs beyond those that the server runs at once wait and end well`() async throws {
    let tap = TAPService(url: base + "/tap", engine: engine)
    let counts = try await withThrowingTaskGroup(of: Int.self) { group in
      for number in 1...5 {
        group.addTask {
          let query = "SELECT TOP \(number) accref FROM lamost.data"
          return try await tap.async(query).results?.rowCount ?? 0
        }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(counts.sorted() == [1, 2, 3, 4, 5])
  }

  @Test func `A TOP beyond MAXREC gives no more than MAXREC rows`() async throws {
    let tap = TAPService(url: base + "/tap", engine: engine)
    let document = try await tap.sync("SELECT TOP 10 accref FROM lamost.data", maxrec: 3)
    #expect(document.results?.rowCount == 3 && document.queryStatus == .overflow)
  }

  @Test func `A job of SODA gives the cut-out that the synchronous service gives`() async throws {
    let answer = try await answer("lamost", maxrec: 3)
    let id = try #require(answer.records.first?.publisherDID)
    let links = try await DataLinkService(descriptor: try #require(answer.linksDescriptor), engine: engine)
      .links(ids: [id])
    let descriptors = links.links(of: id, semantics: "#proc").compactMap(\.descriptor)
    let soon = try SODACutout(try #require(descriptors.first { $0.isSODA }))
    let later = try SODACutout(try #require(descriptors.first { $0.isAsynchronousSODA }))
    let band = (lower: 6.5e-7, upper: 6.6e-7)
    try await Fixture.inFolder { folder in
      _ = try await soon.download(
        band: band, format: "application/fits", to: folder + "/soon.fits", engine: engine)
      let job = try await later.makeJob(bands: [band], format: "application/fits", engine: engine)
      let state = try await UWSJob(url: job.url, engine: engine).runToEnd()
      let result = try #require(state.results.first { $0.id == "result" })
      _ = try await job.download(result, to: folder + "/later.fits", expecting: [.fits])
      let (one, other) = (
        try TableFile.read(path: folder + "/soon.fits"), try TableFile.read(path: folder + "/later.fits")
      )
      #expect(one.rowCount > 10 && one.rowCount == other.rowCount)
      for row in 0..<one.rowCount {
        #expect(one.columns[0].double(row) == other.columns[0].double(row))
        #expect(one.columns[1].double(row) == other.columns[1].double(row))
      }
      try await job.delete()
      let error = await #expect(throws: ServiceError.self) { try await job.state() }
      #expect(error?.code == "SVC-12")
    }
    let error = await #expect(throws: ServiceError.self) {
      try await soon.makeJob(bands: [band], engine: engine)
    }
    #expect(error?.code == "SVC-08")
  }

  @Test(
    .enabled(if: TestData.python != nil, TestData.noPython), arguments: ["ccd700", "lamost"],
    [(6.5e-7, 6.6e-7), (6.55e-7, Double.infinity)])
  func `A cut-out holds the pixels that astropy finds in the original`(
    _ collection: String, _ band: (Double, Double)
  ) async throws {
    let answer = try await answer(collection, maxrec: 400)
    let cutout = try SODACutout(try #require(answer.cutoutDescriptor))
    let records = answer.distinct().filter { record in
      (record.spectralStart ?? 1) < 6.5e-7 && (record.spectralEnd ?? 0) > 6.6e-7 && record.has(format: "fits")
    }.prefix(4)
    #expect(!records.isEmpty)
    try await Fixture.inFolder { folder in
      for record in records {
        let url = try #require(record.accessURL)
        _ = try await engine.download(
          TransferRequest(url: url, expecting: record.contentKinds), to: folder + "/whole.fits")
        _ = try await cutout.download(
          id: record.publisherDID, band: (lower: band.0, upper: band.1), format: "application/fits",
          to: folder + "/cut.fits", engine: engine)
        let expected = try Astropy.pixels(folder + "/whole.fits", from: band.0 * 1e10, to: band.1 * 1e10)
        let table = try TableFile.read(path: folder + "/cut.fits")
        let (wavelength, flux) = (try #require(table.column("spectral")), try #require(table.column("flux")))
        #expect(table.rowCount == expected.count, "\(url)")
        for (row, pixel) in expected.enumerated() where row < table.rowCount {
          // Wavelengths of the server are computed in their own order: 1e-3 Å is far below a pixel.
          #expect(abs((wavelength.double(row) ?? 0) - pixel.wavelength) < 1e-3, "\(url), row \(row)")
          #expect(
            abs((flux.double(row) ?? .nan) - pixel.flux) <= 2e-6 * max(1, abs(pixel.flux)),
            "\(url), row \(row)")
        }
      }
    }
  }
}

/// What astropy reads in a spectrum.
private enum Astropy {
  struct Pixel {
    var wavelength, flux: Double
  }

  /// The pixels of an original spectrum within a range, in Å.
  static func pixels(_ path: String, from low: Double, to high: Double) throws -> [Pixel] {
    let script = """
      import sys
      import numpy as np
      from astropy.io import fits
      path, low, high = sys.argv[1], float(sys.argv[2]), float(sys.argv[3])
      with fits.open(path) as file:
          header, data = file[0].header, file[0].data
          if data is None:
              table = file[1].data
              wavelength, flux = table.field(0), table.field(1)
          elif "COEFF0" in header:
              flux = data[0]
              wavelength = 10 ** (header["COEFF0"] + header["COEFF1"] * np.arange(len(flux)))
          else:
              flux = data
              wavelength = header["CRVAL1"] + (np.arange(len(flux)) + 1 - header.get("CRPIX1", 1)) * header["CDELT1"]
          for w, f in zip(wavelength, flux):
              if low <= w <= high:
                  print(repr(float(w)), repr(float(f)))
      """
    let process = Process()
    process.executableURL = URL(fileURLWithPath: TestData.python ?? "/usr/bin/python3")
    process.arguments = [
      "-c", script, path, "\(low)", "\(high)".replacingOccurrences(of: "inf", with: "1e99"),
    ]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    return text.split(separator: "\n").compactMap { line in
      let numbers = line.split(separator: " ").compactMap { Double($0) }
      return numbers.count == 2 ? Pixel(wavelength: numbers[0], flux: numbers[1]) : nil
    }
  }
}
