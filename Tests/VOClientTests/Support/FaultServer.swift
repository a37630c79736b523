import Glibc
import Synchronization

/// A server on the loopback interface that answers exactly the bytes, pauses and breaks it is told.
///
/// Each connection has a thread, carries one request (or some) and is closed. The server ends with the process or
/// ``stop()``.
final class FaultServer: Sendable {
  struct Request: Sendable {
    var method: String
    /// Path and query as sent.
    var target: String
    var headers: [String: String]
    var body: String
    /// How many requests the server had before this one.
    var number: Int
  }

  enum Step: Sendable {
    case send([UInt8])
    case wait(seconds: Double)
    /// Ends the connection with a reset instead of an orderly close.
    case reset
  }

  let port: UInt16
  private let listener: Int32
  private let requestsPerConnection: Int
  private let seen = Mutex<[Request]>([])
  private let answer: @Sendable (Request) -> [Step]

  var base: String { "http://127.0.0.1:\(port)" }
  var requests: [Request] { seen.withLock { $0 } }

  init(requestsPerConnection: Int = 1, _ answer: @escaping @Sendable (Request) -> [Step]) throws {
    self.answer = answer
    self.requestsPerConnection = requestsPerConnection
    (listener, port) = try Self.listen()
    startThread { [self] in
      while true {
        let connection = accept(listener, nil, nil)
        if connection < 0 {
          // Closed here only: another server could get the same descriptor while this thread still asks it.
          close(listener)
          return
        }
        startThread { self.serve(connection) }
      }
    }
  }

  func stop() {
    shutdown(listener, Int32(SHUT_RDWR))
  }

  /// A port on which nobody listens.
  static func unusedPort() throws -> UInt16 {
    let (listener, port) = try listen()
    close(listener)
    return port
  }

  private static func listen() throws -> (Int32, UInt16) {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        bind(descriptor, pointer, length) == 0 && Glibc.listen(descriptor, 64) == 0
          && getsockname(descriptor, pointer, &length) == 0
      }
    }
    guard isBound else { throw ServerProblem(number: errno) }
    return (descriptor, UInt16(bigEndian: address.sin_port))
  }

  struct ServerProblem: Error {
    var number: Int32
  }

  private func serve(_ connection: Int32) {
    defer { close(connection) }
    for _ in 0..<requestsPerConnection {
      guard var request = readRequest(connection) else { return }
      seen.withLock { seen in
        request.number = seen.count
        seen.append(request)
      }
      if !take(answer(request), connection) { return }
    }
    shutdown(connection, Int32(SHUT_WR))
  }

  /// Does what the answer says; false where the connection has come to its end.
  private func take(_ steps: [Step], _ connection: Int32) -> Bool {
    for step in steps {
      switch step {
      case .send(let bytes):
        var sent = 0
        while sent < bytes.count {
          let count = bytes.withUnsafeBytes {
            send(connection, $0.baseAddress?.advanced(by: sent), bytes.count - sent, Int32(MSG_NOSIGNAL))
          }
          if count <= 0 { return false }
          sent += count
        }
      case .wait(let seconds):
        usleep(UInt32(seconds * 1e6))
      case .reset:
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(connection, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
        return false
      }
    }
    return true
  }

  private func readRequest(_ connection: Int32) -> Request? {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    var headEnd: Int?
    var bodyLength = 0
    var head: [Substring] = []
    let blankLine = Array("\r\n\r\n".utf8)
    while true {
      if headEnd == nil, let range = bytes.firstRange(of: blankLine) {
        headEnd = range.upperBound
        head = Substring(String(decoding: bytes[..<range.lowerBound], as: UTF8.self)).split(separator: "\r\n")
        let length = head.first { $0.lowercased().hasPrefix("content-length:") }
        bodyLength = length.flatMap { Int($0.dropFirst(15).filter(\.isNumber)) } ?? 0
        if head.contains(where: { $0.lowercased().hasPrefix("expect:") }) {
          let line = Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)
          _ = send(connection, line, line.count, Int32(MSG_NOSIGNAL))
        }
      }
      if let headEnd, bytes.count >= headEnd + bodyLength { break }
      let count = recv(connection, &buffer, buffer.count, 0)
      if count <= 0 { return nil }
      bytes += buffer[..<count]
    }
    guard let first = head.first, let headEnd else { return nil }
    let words = first.split(separator: " ").map(String.init)
    guard words.count == 3 else { return nil }
    var headers: [String: String] = [:]
    for line in head.dropFirst() {
      let parts = line.split(separator: ":", maxSplits: 1)
      if parts.count == 2 { headers[parts[0].lowercased()] = String(parts[1].drop { $0 == " " }) }
    }
    let body = String(decoding: bytes[headEnd...], as: UTF8.self)
    return Request(method: words[0], target: words[1], headers: headers, body: body, number: 0)
  }
}

extension FaultServer.Step {
  /// A whole answer; Content-Length is right unless `headers` has another.
  static func answer(_ status: Int = 200, _ headers: [String] = [], _ body: [UInt8] = []) -> Self {
    var lines = ["HTTP/1.1 \(status) Status"] + headers + ["Connection: close"]
    let isTold = headers.contains { $0.lowercased().hasPrefix("content-length") }
    if !isTold { lines.append("Content-Length: \(body.count)") }
    return .send(Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8) + body)
  }

  /// A whole answer with a text body.
  static func answer(_ status: Int = 200, _ headers: [String] = [], text: String) -> Self {
    answer(status, headers, Array(text.utf8))
  }
}

private func startThread(_ work: @escaping @Sendable () -> Void) {
  final class Box: Sendable {
    let work: @Sendable () -> Void
    init(_ work: @escaping @Sendable () -> Void) { self.work = work }
  }
  var thread = pthread_t()
  let context = Unmanaged.passRetained(Box(work)).toOpaque()
  pthread_create(
    &thread, nil,
    { context in
      if let context { Unmanaged<Box>.fromOpaque(context).takeRetainedValue().work() }
      return nil
    }, context)
  pthread_detach(thread)
}
