import Foundation
import Testing

@testable import VOClient

@Suite struct TransferResumeTests {
  /// A FITS file of 1,442,880 bytes.
  private static let long: [UInt8] = {
    let cards = [
      "SIMPLE  =                    T", "BITPIX  =                    8", "NAXIS   =                    1",
      "NAXIS1  =              1440000", "END",
    ]
    var bytes = cards.flatMap { Array($0.padding(toLength: 80, withPad: " ", startingAt: 0).utf8) }
    bytes += [UInt8](repeating: 0x20, count: 2880 - bytes.count)
    return bytes + (0..<1_440_000).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 >> 8) }
  }()

  private static func server() throws -> FaultServer {
    let date = "Mon, 01 Jan 2024 00:00:00 GMT"
    // Made here, lest the first client wait for it.
    let long = Self.long
    return try FaultServer { request in
      let head = ["Last-Modified: \(date)", "Accept-Ranges: bytes"]
      guard let range = request.headers["range"], request.headers["if-range"] == date,
        let first = Int(range.dropFirst(6).prefix { $0 != "-" })
      else {
        let broken = request.number == 0 ? Array(long.prefix(900_000)) : long
        return [.answer(200, head + ["Content-Length: \(long.count)"], broken)]
      }
      let last = long.count - 1
      return [
        .answer(206, head + ["Content-Range: bytes \(first)-\(last)/\(long.count)"], Array(long[first...]))
      ]
    }
  }

  @Test func `A long download that failed is continued by the next call`() async throws {
    let server = try Self.server()
    defer { server.stop() }
    try await Fixture.inFolder { folder in
      let request = TransferRequest(url: server.base + "/file", expecting: [.fits])
      await #expect(throws: TransferError.self) {
        try await Fixture.engine(retries: 0).download(request, to: folder + "/file")
      }
      #expect(Fixture.names(in: folder) == ["file.part", "file.part.origin"])
      let response = try await Fixture.engine().download(request, to: folder + "/file")
      #expect(response.bytesReceived == Self.long.count)
      #expect(Fixture.contents(folder + "/file") == Self.long)
      #expect(Fixture.names(in: folder) == ["file"])
      #expect(server.requests.map { $0.headers["range"] } == [nil, "bytes=900000-"])
    }
  }

  @Test func `What is left of another address or an unknown origin is not continued`() async throws {
    let server = try Self.server()
    defer { server.stop() }
    try await Fixture.inFolder { folder in
      await #expect(throws: TransferError.self) {
        try await Fixture.engine(retries: 0)
          .download(TransferRequest(url: server.base + "/file"), to: folder + "/file")
      }
      let other = TransferRequest(url: server.base + "/other")
      _ = try await Fixture.engine().download(other, to: folder + "/file")
      #expect(Fixture.contents(folder + "/file") == Self.long)
      #expect(server.requests[1].headers["range"] == nil)
      #expect(Fixture.names(in: folder) == ["file"])
    }
  }

  @Test func `A file that changed between two runs is fetched anew`() async throws {
    let first = try Self.server()
    try await Fixture.inFolder { folder in
      let request = TransferRequest(url: first.base + "/file", expecting: [.fits])
      await #expect(throws: TransferError.self) {
        try await Fixture.engine(retries: 0).download(request, to: folder + "/file")
      }
      // As if the file had been changed since: the note says another date than the server.
      let path = folder + "/file.part.origin"
      let note = String(decoding: try #require(Fixture.contents(path)), as: UTF8.self)
      try Data(note.replacing("Mon, 01", with: "Sun, 31").utf8).write(to: URL(fileURLWithPath: path))
      _ = try await Fixture.engine().download(request, to: folder + "/file")
      #expect(Fixture.contents(folder + "/file") == Self.long)
      #expect(Fixture.names(in: folder) == ["file"])
    }
    first.stop()
  }

  @Test func `Two downloads to the same path do not mix`() async throws {
    let server = try FaultServer { _ in
      [.answer(200, ["Content-Length: 14400"], Array(Fixture.fits().prefix(5000))), .wait(seconds: 0.3)]
        + [.send(Array(Fixture.fits()[5000...]))]
    }
    defer { server.stop() }
    try await Fixture.inFolder { folder in
      let engine = Fixture.engine()
      let request = TransferRequest(url: server.base, expecting: [.fits])
      let first = Task { try await engine.download(request, to: folder + "/file") }
      while Fixture.names(in: folder).isEmpty { try await Task.sleep(for: .milliseconds(5)) }
      let error = await #expect(throws: TransferError.self) {
        try await engine.download(request, to: folder + "/file")
      }
      #expect(error?.code == "NET-15")
      _ = try await first.value
      #expect(Fixture.contents(folder + "/file") == Fixture.fits())
    }
  }
}
