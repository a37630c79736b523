import Foundation

#if canImport(Glibc)
  import Glibc
#endif

/// The answer to a request that was written byte by byte, so that its headers are what the test says.
struct RawAnswer: Sendable {
  var status: Int
  /// By lower-case name.
  var headers: [String: String]
  var body: String

  /// Asks; the Host is the base's own unless the headers say otherwise.
  static func get(
    _ base: String, _ method: String, _ path: String, _ headers: [String: String] = [:], body: Data = Data()
  ) async throws -> RawAnswer {
    let host = String(base.dropFirst("http://".count))
    var lines = ["Host": host, "Connection": "close", "Content-Length": "\(body.count)"]
    lines.merge(headers) { $1 }
    let head = lines.map { "\($0): \($1)\r\n" }.joined()
    let request = Data("\(method) \(path) HTTP/1.1\r\n\(head)\r\n".utf8) + body
    let port = UInt16(host.split(separator: ":").last ?? "") ?? 0
    let bytes = await withCheckedContinuation { continuation in
      // A thread of its own: it waits, and the queues are shared with the desk.
      Thread.detachNewThread { continuation.resume(returning: exchange(request, port)) }
    }
    let parts = String(decoding: bytes, as: UTF8.self).components(separatedBy: "\r\n\r\n")
    let top = parts[0].components(separatedBy: "\r\n")
    let pairs = top.dropFirst().map { $0.split(separator: ":", maxSplits: 1).map(String.init) }
    return RawAnswer(
      status: Int(top[0].split(separator: " ").dropFirst().first ?? "") ?? 0,
      headers: Dictionary(
        pairs.filter { $0.count == 2 }.map {
          ($0[0].lowercased(), $0[1].trimmingCharacters(in: .whitespaces))
        }
      ) { first, _ in first },
      body: parts.dropFirst().joined(separator: "\r\n\r\n"))
  }

  private static func exchange(_ request: Data, _ port: UInt16) -> [UInt8] {
    let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(socket) }
    // The desk shares its threads with other tests, some of which compute for long.
    var patience = timeval(tv_sec: 60, tv_usec: 0)
    setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    let connected = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard connected == 0 else { return [] }
    _ = request.withUnsafeBytes { Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
    var answer: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = recv(socket, &buffer, buffer.count, 0)
      if count <= 0 { return answer }
      answer += buffer[..<count]
    }
  }
}
