import Classifier
import DemoArchive
import Foundation
import Tables
import Testing

@Suite struct CutoutAndFileTests {
  @Test(arguments: SimulatedSurvey.Kind.allCases)
  func cutoutsAreTheExactPixelsOfTheFileInEveryFormat(kind: SimulatedSurvey.Kind) async throws {
    try await RunningArchive.with(ondrejov: 20, lamost: 20) { running async throws in
      let survey = kind == .ondrejov ? running.ondrejov : running.lamost
      let id = try await running.identifiers(kind.rawValue, [("MAXREC", "9")])[8]
      let record = try #require(running.archive.record(forPublisherDID: id))
      let whole = survey.spectrum(record.index)
      let pixels = whole.wavelength.indices.filter { (6500.0...6600.0).contains(whole.wavelength[$0]) }
      let path = "/\(kind.rawValue)/cutout"
      for format in ["application/x-votable+xml", "application/x-votable+xml;serialization=TABLEDATA"] {
        let reply = try await running.get(path, [("ID", id), ("BAND", "6.5e-7 6.6e-7"), ("FORMAT", format)])
        let table = try #require(try VOTableReader().read(bytes: reply.body).tables.first)
        #expect(table.column("spectral")?.doubleValues == pixels.map { whole.wavelength[$0] })
        #expect(table.column("flux")?.doubleValues == pixels.map { whole.flux[$0] })
        #expect(table.parameter("simulated")?.boolean == true)
      }
      let fits = try await running.get(
        path, [("ID", id), ("BAND", "6.5e-7 6.6e-7"), ("FORMAT", "application/fits")])
      #expect(fits.headers["content-type"] == "application/fits")
      let read = try SpectrumReader.read(bytes: fits.body, name: "cut.fits")
      #expect(read.wavelength == pixels.map { whole.wavelength[$0] })
      #expect(read.flux == pixels.map { whole.flux[$0] })
      #expect(read.metadata.isSimulated)
      #expect(read.metadata.publisherDID == id)
      #expect(read.scale == whole.scale)
    }
  }

  @Test func openBandsAndNoBandAtAll() async throws {
    try await RunningArchive.with(ondrejov: 5, lamost: 5) { running async throws in
      let id = try await running.identifiers("lamost", [("MAXREC", "1")])[0]
      let rows: (String?) async throws -> Int = { band in
        let reply = try await running.get(
          "/lamost/cutout", [("ID", id)] + (band.map { [("BAND", $0)] } ?? []))
        return try VOTableReader().read(bytes: reply.body).tables.first?.rowCount ?? -1
      }
      let all = try await rows(nil)
      let blue = try await rows("-Inf 6.5e-7")
      let red = try await rows("6.5e-7 +Inf")
      #expect(all == 3909 && blue + red == all && blue > 0 && red > 0)
    }
  }

  @Test func emptyAndBadCutouts() async throws {
    try await RunningArchive.with(ondrejov: 5, lamost: 5) { running async throws in
      let id = try await running.identifiers("lamost", [("MAXREC", "1")])[0]
      let status: ([(String, String)]) async throws -> Int = {
        try await running.get("/lamost/cutout", $0).status
      }
      #expect(try await status([("ID", id), ("BAND", "1e-7 2e-7")]) == 204)
      #expect(try await status([("ID", id), ("BAND", "6.6e-7 6.5e-7")]) == 204)
      #expect(try await status([("ID", id), ("BAND", "6.5e-7/6.6e-7")]) == 422)
      #expect(try await status([("ID", id), ("FORMAT", "image/png")]) == 422)
      #expect(try await status([("ID", id), ("NOSUCH", "1")]) == 422)
      #expect(try await status([("BAND", "6.5e-7 6.6e-7")]) == 422)
      #expect(try await status([("ID", id + "x")]) == 404)
      let reply = try await running.get("/lamost/cutout", [("ID", id), ("BAND", "foo")])
      #expect(reply.headers["content-type"]?.hasPrefix("text/plain") == true && reply.text.contains("BAND"))
    }
  }

  @Test func filesAreThoseOfTheSurvey() async throws {
    try await RunningArchive.with(ondrejov: 5, lamost: 5) { running async throws in
      for (collection, survey) in [("ondrejov", running.ondrejov), ("lamost", running.lamost)] {
        let table = try await running.query(collection, [("FORMAT", "image/fits")]).requireResults()
        for row in 0..<table.rowCount {
          let url = try #require(table.finder(utype: "Access.Reference").string(row))
          let reply = try await running.get(url)
          #expect(reply.status == 200 && reply.headers["content-type"] == "image/fits")
          #expect(reply.headers["content-length"] == "\(survey.record(row).fileSize)")
          #expect(reply.headers["last-modified"] != nil)
          #expect(reply.body == survey.fits(row))
        }
      }
      #expect(try await running.get("/lamost/file/nosuch.fits").status == 404)
      #expect(try await running.get("/lamost/file/" + running.lamost.record(0).name + ".vot").status == 404)
    }
  }

  @Test func ondrejovFilesComeAsVOTableToo() async throws {
    try await RunningArchive.with(ondrejov: 5, lamost: 5) { running async throws in
      let reply = try await running.get("/ondrejov/file/" + running.ondrejov.record(2).name + ".vot")
      let table = try #require(try VOTableReader().read(bytes: reply.body).tables.first)
      #expect(table.column("flux")?.doubleValues == running.ondrejov.spectrum(2).flux)
    }
  }

  @Test func rangesOfAFile() async throws {
    try await RunningArchive.with(ondrejov: 5, lamost: 5) { running async throws in
      let whole = running.lamost.fits(1)
      let path = "/lamost/file/" + running.lamost.record(1).name + ".fits"
      let part: ([String: String]) async throws -> RunningArchive.Reply = {
        try await running.get(path, headers: $0)
      }
      let middle = try await part(["Range": "bytes=2880-5759"])
      #expect(middle.status == 206 && middle.body == Array(whole[2880..<5760]))
      #expect(middle.headers["content-range"] == "bytes 2880-5759/89280")
      #expect(try await part(["Range": "bytes=89000-"]).body == Array(whole[89000...]))
      #expect(try await part(["Range": "bytes=-100"]).body == Array(whole.suffix(100)))
      #expect(try await part(["Range": "bytes=80000-999999"]).body == Array(whole[80000...]))
      #expect(try await part(["Range": "bytes=0-9223372036854775807"]).body == whole)
      for odd in ["bytes=9-3", "bytes=-", "bytes=a-b", "bytes=0-1,9-5", "bytes=0-99999999999999999999"] {
        #expect(try await part(["Range": odd]).status == 200)
      }
      let several = try await part(["Range": "bytes=0-9,2880-2889"])
      #expect(several.status == 206)
      let boundary = try #require(several.headers["content-type"]?.split(separator: "=").last)
      let parts = String(decoding: several.body, as: UTF8.self).components(separatedBy: "--\(boundary)")
      #expect(parts.count == 4 && parts[3] == "--\r\n")
      for (part, first) in [(parts[1], 0), (parts[2], 2880)] {
        #expect(part.contains("\r\nContent-Range: bytes \(first)-\(first + 9)/89280\r\n"))
        let text = String(decoding: whole[first..<first + 10], as: UTF8.self)
        #expect(part.hasSuffix("\r\n\r\n\(text)\r\n"))
      }
      let beyond = try await part(["Range": "bytes=89280-"])
      #expect(beyond.status == 416 && beyond.headers["content-range"] == "bytes */89280")
      let modified = try #require(middle.headers["last-modified"])
      #expect(try await part(["Range": "bytes=0-9", "If-Range": modified]).status == 206)
      #expect(
        try await part(["Range": "bytes=0-9", "If-Range": "Mon, 01 Jan 2001 00:00:00 GMT"]).status == 200)
      #expect(try await part(["If-Modified-Since": modified]).status == 304)
      #expect(try await part(["Range": "lines=1-2"]).status == 200)
    }
  }

  @Test func headHasTheLengthAndNoBody() async throws {
    try await RunningArchive.with(ondrejov: 5, lamost: 5) { running async throws in
      let reply = try await running.get(
        "/lamost/file/" + running.lamost.record(1).name + ".fits", method: "HEAD")
      #expect(reply.status == 200 && reply.body.isEmpty && reply.headers["content-length"] == "89280")
    }
  }
}
