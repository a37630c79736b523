import FlyingSocks
import Glibc

/// A pool of sockets that send at once what they are given.
///
/// The server writes the header and the body of an answer separately. With Nagle's algorithm the end of a short body
/// would wait for the client's delayed acknowledgement of the header, 40 ms on Linux. The listening socket comes by
/// here before its first connection does, and connections inherit its options.
struct PromptSocketPool<Base: AsyncSocketPool>: AsyncSocketPool {
  /// The pool that does the work.
  let base: Base

  func prepare() async throws { try await base.prepare() }

  func run() async throws { try await base.run() }

  func suspendSocket(_ socket: Socket, untilReadyFor events: Socket.Events) async throws {
    if events.contains(.read) { try? socket.setValue(true, for: NoDelay()) }
    try await base.suspendSocket(socket, untilReadyFor: events)
  }
}

/// TCP_NODELAY.
private struct NoDelay: SocketOption {
  var level: Int32 { Int32(IPPROTO_TCP) }
  var name: Int32 { TCP_NODELAY }

  func makeValue(from socketValue: Int32) -> Bool { socketValue != 0 }

  func makeSocketValue(from value: Bool) -> Int32 { value ? 1 : 0 }
}
