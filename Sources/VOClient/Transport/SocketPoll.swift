internal import CEventPoll
import Glibc

/// Waits for sockets, and for a bell that any thread may ring; every call of epoll and eventfd stands in this file.
///
/// One thread waits. The kernel keeps the list of sockets, so that a look at them costs by what happened and not by how
/// many there are.
final class SocketPoll: Sendable {
  /// What a socket is watched for, or is ready for.
  struct Interest: OptionSet, Sendable {
    let rawValue: UInt8
    /// Bytes to read.
    static let input = Interest(rawValue: 1)
    /// Room to write, or the end of connecting.
    static let output = Interest(rawValue: 2)
    /// An error, or the other end is gone; never asked for, always told.
    static let failure = Interest(rawValue: 4)
  }

  private let poll: Int32
  private let bell: Int32

  /// - Returns: nil where the process has no file descriptors left.
  init?() {
    poll = epoll_create1(Int32(EPOLL_CLOEXEC))
    bell = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
    guard poll >= 0, bell >= 0 else {
      close()
      return nil
    }
    watch(bell, for: .input)
  }

  /// Frees the descriptors; nothing may be called after that.
  func close() {
    if poll >= 0 { Glibc.close(poll) }
    if bell >= 0 { Glibc.close(bell) }
  }

  /// Ends the present wait of the thread, or its next one; from any thread.
  func ring() {
    var one: UInt64 = 1
    // It fails where it was rung 2⁶⁴ − 2 times before: it is heard all the same.
    _ = write(bell, &one, 8)
  }

  /// Changes what a socket is watched for; nothing ends the watch.
  func watch(_ socket: Int32, for interest: Interest) {
    var event = epoll_event()
    event.data.fd = socket
    guard !interest.isEmpty else {
      // One that is closed already has left by itself.
      epoll_ctl(poll, EPOLL_CTL_DEL, socket, &event)
      return
    }
    if interest.contains(.input) { event.events |= EPOLLIN.rawValue }
    if interest.contains(.output) { event.events |= EPOLLOUT.rawValue }
    if epoll_ctl(poll, EPOLL_CTL_ADD, socket, &event) != 0, errno == EEXIST {
      epoll_ctl(poll, EPOLL_CTL_MOD, socket, &event)
    }
  }

  /// Waits until a socket is ready, the bell rings, or the time is over.
  ///
  /// - Parameters:
  ///   - seconds: at most so long, rounded up to milliseconds.
  ///   - body: is called for each socket that is ready.
  func wait(seconds: Double, _ body: (Int32, Interest) -> Void) {
    withUnsafeTemporaryAllocation(of: epoll_event.self, capacity: 64) { events in
      let timeout = Int32(min(3600, max(0, seconds)) * 1000) + (seconds > 0 ? 1 : 0)
      let count = epoll_wait(poll, events.baseAddress, Int32(events.count), timeout)
      // Below zero a signal came in between: the caller looks and waits again.
      guard count > 0 else { return }
      for event in events[..<Int(count)] {
        if event.data.fd == bell {
          var rings: UInt64 = 0
          _ = read(bell, &rings, 8)
          continue
        }
        var interest: Interest = []
        if event.events & EPOLLIN.rawValue != 0 { interest.insert(.input) }
        if event.events & EPOLLOUT.rawValue != 0 { interest.insert(.output) }
        if event.events & (EPOLLERR.rawValue | EPOLLHUP.rawValue) != 0 { interest.insert(.failure) }
        body(event.data.fd, interest)
      }
    }
  }
}
