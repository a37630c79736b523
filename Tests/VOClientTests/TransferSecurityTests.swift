import Foundation
import Testing

@testable import VOClient

enum OpenSSL {
  static let path = ["/usr/bin/openssl", "/usr/local/bin/openssl", "/opt/homebrew/bin/openssl"]
    .first { FileManager.default.isExecutableFile(atPath: $0) }
}

/// Encrypted connections, with certificates that openssl makes for the test.
@Suite(.enabled(if: OpenSSL.path != nil, "needs openssl")) struct TransferSecurityTests {
  /// Starts a web server with a certificate for a name and gives its port and the certificate's file.
  private func withServer(
    name: String, in folder: String, _ body: (_ port: UInt16, _ certificate: String) async throws -> Void
  ) async throws {
    let openssl = try #require(OpenSSL.path)
    let (key, certificate) = (folder + "/key.pem", folder + "/certificate.pem")
    let make = Process()
    make.executableURL = URL(fileURLWithPath: openssl)
    make.arguments =
      ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate, "-days", "2"]
      + ["-subj", "/CN=\(name)", "-addext", "subjectAltName=\(name.contains("127") ? "IP" : "DNS"):\(name)"]
    make.standardError = FileHandle.nullDevice
    try make.run()
    make.waitUntilExit()
    try #require(make.terminationStatus == 0)
    let port = try FaultServer.unusedPort()
    let server = Process()
    server.executableURL = URL(fileURLWithPath: openssl)
    server.arguments = [
      "s_server", "-accept", "127.0.0.1:\(port)", "-key", key, "-cert", certificate, "-www", "-quiet",
    ]
    server.standardOutput = FileHandle.nullDevice
    server.standardError = FileHandle.nullDevice
    try server.run()
    defer {
      // The child inherits what signals this thread blocks, SIGTERM perhaps among them.
      kill(server.processIdentifier, SIGKILL)
      server.waitUntilExit()
    }
    try await body(port, certificate)
  }

  @Test(arguments: [("127.0.0.1", true), ("archive.example", false)])
  func `A certificate must be of the host that was asked`(_ name: String, _ isRight: Bool) async throws {
    try await Fixture.inFolder { folder in
      try await withServer(name: name, in: folder) { port, certificate in
        // The server needs a moment to listen: a refused connection is tried again.
        let engine = Fixture.engine(retries: 100) { $0.certificateFile = certificate }
        let request = TransferRequest(url: "https://127.0.0.1:\(port)/")
        if isRight {
          let response = try await engine.data(request)
          #expect(response.status == 200)
          let strict = Fixture.engine(retries: 100)
          let error = await #expect(throws: TransferError.self) { try await strict.data(request) }
          #expect(error?.code == "NET-07", "an unknown authority")
        } else {
          let error = await #expect(throws: TransferError.self) { try await engine.data(request) }
          #expect(error?.code == "NET-07")
          #expect(error?.hint?.contains("certificate") == true)
        }
      }
    }
  }
}
