import FlyingFox
import FlyingSocks
import Foundation
import Synchronization

/// What the desk tells the open pages: server-sent events, each to every page.
final class DeskEvents: Sendable {
  private struct State {
    var next = 0
    var pages: [Int: AsyncStream<[UInt8]>.Continuation] = [:]
  }

  private let state = Mutex(State())
  private let heart: Task<Void, Never>

  init() {
    let (beats, beat) = AsyncStream<Void>.makeStream()
    heart = Task {
      // A page that went away is noticed when something is written to it.
      while !Task.isCancelled, (try? await Task.sleep(for: .seconds(10))) != nil { beat.yield() }
      beat.finish()
    }
    Task { [weak self] in
      for await _ in beats { self?.write(Array(": still here\n\n".utf8)) }
    }
  }

  /// Sends an event to all pages.
  func send(_ name: String, _ value: some Encodable & Sendable) {
    guard let data = try? JSONEncoder().encode(value) else { return }
    write(Array("event: \(name)\ndata: ".utf8) + data + Array("\n\n".utf8))
  }

  /// The events from now on, for one page.
  func body() -> HTTPBodySequence {
    let (stream, continuation) = AsyncStream<[UInt8]>.makeStream(bufferingPolicy: .bufferingNewest(256))
    let key = state.withLock { state in
      state.next += 1
      state.pages[state.next] = continuation
      return state.next
    }
    continuation.onTermination = { [weak self] _ in
      self?.state.withLock { _ = $0.pages.removeValue(forKey: key) }
    }
    continuation.yield(Array("retry: 500\n\n".utf8))
    return HTTPBodySequence(from: EventBytes(stream: stream))
  }

  /// Ends all pages' streams.
  func stop() {
    heart.cancel()
    let pages = state.withLock { Array($0.pages.values) }
    for page in pages { page.finish() }
  }

  private func write(_ bytes: [UInt8]) {
    let pages = state.withLock { Array($0.pages.values) }
    for page in pages { page.yield(bytes) }
  }
}

/// The bytes of a stream of events, each event as soon as it is there.
private struct EventBytes: AsyncBufferedSequence {
  let stream: AsyncStream<[UInt8]>

  func makeAsyncIterator() -> Iterator { Iterator(events: stream.makeAsyncIterator()) }

  struct Iterator: AsyncBufferedIteratorProtocol {
    var events: AsyncStream<[UInt8]>.Iterator
    private var rest: ArraySlice<UInt8> = []

    init(events: AsyncStream<[UInt8]>.Iterator) { self.events = events }

    mutating func next() async throws -> UInt8? {
      if rest.isEmpty { rest = (await events.next() ?? [])[...] }
      return rest.popFirst()
    }

    mutating func nextBuffer(suggested count: Int) async throws -> [UInt8]? { await events.next() }
  }
}
