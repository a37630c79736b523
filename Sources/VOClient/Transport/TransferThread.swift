import Glibc
import Synchronization

/// The thread that carries out all exchanges of an engine.
///
/// Tasks hand in exchanges and are told of their end; nothing here waits on a thread of Swift's cooperative pool.
///
/// It is to cost little where much comes: it is woken only for what can begin at once, rests between two looks at its
/// sockets while several transfers run, and hands over what ended in groups while more waits its turn.
final class TransferThread: Sendable {
  /// Seconds between two looks at the sockets while at least ``crowd`` transfers run: the longer, the fewer looks are needed,
  /// the shorter, the sooner the next transfer begins.
  private static let rests = 0.000_25...0.004
  /// Where so many bytes came for each transfer since the last look, the next should come sooner: less than what a system
  /// receives of its own accord.
  private static let plenty = 48 << 10
  /// One or two transfers are waited for by someone; of more, the others go on while one rests for a moment.
  private static let crowd = 3
  /// So many ended exchanges are handed over together, or so many bytes, after so many seconds at the latest.
  private static let group = (count: 24, bytes: 4 << 20, seconds: 0.02)

  /// What tasks have asked for since the thread looked last.
  private struct Inbox {
    var exchanges: [Exchange] = []
    var cancelled: [UInt64] = []
    var pauses: [(host: String, until: Double)] = []
    var observers: [UInt64: Observer] = [:]
    /// Whether ``observers`` has one that the thread does not know of.
    var hasNewObserver = false
    var isClosed = false
    var isGone = false
    var nextID: UInt64 = 0
    /// Whether the thread waits, and has to be woken.
    var isAsleep = false
    /// Whether nothing can begin before one of the running exchanges ends, at any host or at these.
    var isFull = false
    var fullHosts: Set<String> = []

    var isEmpty: Bool {
      exchanges.isEmpty && cancelled.isEmpty && pauses.isEmpty && !hasNewObserver && !isClosed
    }
  }

  /// Who wants to know how far all is.
  private struct Observer {
    var interval: Double
    var next = 0.0
    var continuation: AsyncStream<TransferProgress>.Continuation
  }

  /// What only the thread itself knows.
  private struct State {
    var queue: TransferQueue
    var meter: LineMeter?
    /// What ended and was not handed over yet.
    var ended: [CurlMulti.Finished] = []
    /// Bytes in those.
    var endedBytes = 0
    /// When the first of those ended.
    var endedSince = 0.0
    var answered = 0
    var broken = 0
    var bytes = 0
    /// When stalled transfers were looked for.
    var checkedAt = 0.0
    /// When the sockets were looked at.
    var lookedAt = 0.0
    /// Seconds from that to the next look.
    var pause = TransferThread.rests.lowerBound
    /// Whether that look brought more than it should.
    var isPlenty = false
  }

  private let inbox = Mutex(Inbox())
  private let poll: SocketPoll?
  private let limits: TransferQueue.Limits
  private let bytesPerSecond: Double?

  init(limits: TransferQueue.Limits, bytesPerSecond: Double?) {
    self.limits = limits
    self.bytesPerSecond = bytesPerSecond
    poll = CurlMulti.isReady ? SocketPoll() : nil
    startDetachedThread { [self] in run() }
  }

  // MARK: Calls from tasks

  /// Hands in an exchange; `finish` is called once, on the transfer thread.
  ///
  /// Returns its number for ``cancel(_:)``.
  func start(_ order: ExchangeOrder, finish: @escaping @Sendable (ExchangeResult) -> Void) -> UInt64 {
    let (exchange, isTaken) = inbox.withLock { inbox in
      inbox.nextID += 1
      let exchange = Exchange(id: inbox.nextID, order: order, finish: finish)
      if inbox.isClosed { return (exchange, false) }
      inbox.exchanges.append(exchange)
      // Where it cannot begin yet, the end of another wakes the thread.
      if !inbox.isFull && !inbox.fullHosts.contains(order.hostKey) { wake(&inbox) }
      return (exchange, true)
    }
    if !isTaken { exchange.end(.failed(.cancelled, "the transfer engine is shut down")) }
    return exchange.id
  }

  /// Ends an exchange early; its `finish` is called if it was not yet.
  func cancel(_ id: UInt64) {
    inbox.withLock { inbox in
      guard !inbox.isGone else { return }
      inbox.cancelled.append(id)
      wake(&inbox)
    }
  }

  /// Starts nothing to a host for some seconds.
  func pause(host: String, seconds: Double) {
    inbox.withLock { $0.pauses.append((host, monotonicSeconds() + seconds)) }
  }

  /// Reports how far all is, at most every so many seconds, until the observation or the thread ends.
  func observe(every interval: Double, _ continuation: AsyncStream<TransferProgress>.Continuation) -> UInt64 {
    let id: UInt64? = inbox.withLock { inbox in
      if inbox.isClosed { return nil }
      inbox.nextID += 1
      inbox.observers[inbox.nextID] = Observer(interval: interval, continuation: continuation)
      inbox.hasNewObserver = true
      wake(&inbox)
      return inbox.nextID
    }
    // Not while the inbox is locked: the end of a sequence ends its observation.
    if id == nil { continuation.finish() }
    return id ?? 0
  }

  func endObservation(_ id: UInt64) {
    inbox.withLock { $0.observers[id] = nil }
  }

  /// Ends all exchanges and the thread.
  func shutdown() {
    inbox.withLock { inbox in
      guard !inbox.isClosed else { return }
      inbox.isClosed = true
      wake(&inbox)
    }
  }

  /// Only called while the inbox is locked, so that the bell cannot go meanwhile.
  private func wake(_ inbox: inout Inbox) {
    guard inbox.isAsleep else { return }
    inbox.isAsleep = false
    poll?.ring()
  }

  // MARK: The thread

  private func run() {
    // A speed limit is kept the better, the smaller the pieces are that are let in.
    let buffer = bytesPerSecond == nil ? 131_072 : 65_536
    guard let poll, let multi = CurlMulti(poll: poll, limit: limits.total, bufferSize: buffer) else {
      return end(poll, nil, reason: "the transfer engine could not be started")
    }
    var state = State(queue: TransferQueue(limits: limits))
    if let bytesPerSecond, bytesPerSecond > 0 {
      state.meter = LineMeter(rate: bytesPerSecond, now: monotonicSeconds())
    }
    while true {
      let orders = inbox.withLock { inbox in
        // Not the copy that the next change of the queue would have to make.
        inbox.fullHosts = []
        let taken = inbox
        inbox.exchanges = []
        inbox.cancelled = []
        inbox.pauses = []
        inbox.hasNewObserver = false
        inbox.isAsleep = false
        return taken
      }
      for exchange in orders.exchanges { state.queue.add(exchange) }
      for pause in orders.pauses { state.queue.pause(host: pause.host, until: pause.until) }
      for id in orders.cancelled { cancel(id, multi, &state) }
      if orders.isClosed { break }
      release(multi, state)
      let (running, ended) = (multi.running.count, state.ended.count)
      repeat {
        begin(multi, &state)
        multi.ring(now: monotonicSeconds())
      } while collect(multi, &state)
      adapt(&state, running: running, ended: state.ended.count - ended)
      let now = monotonicSeconds()
      if now - state.checkedAt >= 0.1 {
        state.checkedAt = now
        stopStalled(multi, &state, now)
      }
      if !orders.observers.isEmpty { report(multi, state, now) }
      handOver(&state, now)
      rest(multi, &state, now)
    }
    handOver(&state, .infinity)
    for exchange in Array(multi.running) {
      remove(exchange, multi, &state)
      exchange.end(.failed(.cancelled, "the transfer engine was shut down"))
    }
    for exchange in state.queue.removeAll() {
      exchange.end(.failed(.cancelled, "the transfer engine was shut down"))
    }
    end(poll, multi, reason: "the transfer engine was shut down")
  }

  /// Waits for something to do, and does what sockets bring.
  private func rest(_ multi: CurlMulti, _ state: inout State, _ now: Double) {
    var wait = multi.running.isEmpty ? 60 : 0.2
    if let next = state.queue.nextStart(now: now) { wait = min(wait, max(0.001, next - now)) }
    if let delay = state.meter?.delay(now: now) { wait = min(wait, max(0.001, delay)) }
    if let delay = multi.delay(now: now) { wait = min(wait, delay) }
    if !state.ended.isEmpty { wait = min(wait, state.endedSince + Self.group.seconds - now) }
    let fullHosts = state.queue.fullHosts
    let mayWait = inbox.withLock { inbox in
      guard inbox.isEmpty else { return false }
      inbox.isAsleep = true
      inbox.isFull = state.queue.isFull
      inbox.fullHosts = fullHosts
      return true
    }
    if !mayWait { wait = 0 }
    let early = state.lookedAt + state.pause - now
    if wait > 0, early > 0, multi.running.count >= Self.crowd { usleep(UInt32(early * 1e6)) }
    let before = multi.received
    poll?.wait(seconds: wait) { multi.act(on: $0, $1) }
    state.lookedAt = monotonicSeconds()
    state.isPlenty = multi.received - before >= Self.plenty * multi.running.count
  }

  /// Makes the rest between two looks shorter where half of the transfers were ready, or longer where they were not.
  private func adapt(_ state: inout State, running: Int, ended: Int) {
    let isShort = state.isPlenty || 2 * ended >= running
    state.pause = isShort ? state.pause / 2 : state.pause * 1.25
    state.pause = min(max(state.pause, Self.rests.lowerBound), Self.rests.upperBound)
  }

  /// Closes all down and tells those who still wait.
  private func end(_ poll: SocketPoll?, _ multi: CurlMulti?, reason: String) {
    let (late, observers) = inbox.withLock { inbox in
      inbox.isClosed = true
      inbox.isGone = true
      multi?.close()
      poll?.close()
      return (inbox.exchanges, inbox.observers.values.map(\.continuation))
    }
    for exchange in late { exchange.end(.failed(.cancelled, reason)) }
    for observer in observers { observer.finish() }
  }

  /// Begins what may begin now.
  private func begin(_ multi: CurlMulti, _ state: inout State) {
    while let exchange = state.queue.next(now: monotonicSeconds()) {
      exchange.meter = state.meter
      guard multi.begin(exchange) else {
        state.queue.ended(host: exchange.order.hostKey)
        exchange.end(.failed(.refused, "libcurl could not be started"))
        continue
      }
    }
  }

  /// Lets those go on that waited for the line.
  private func release(_ multi: CurlMulti, _ state: State) {
    guard let meter = state.meter, !meter.waiting.isEmpty else { return }
    let now = monotonicSeconds()
    let released = meter.released(now: now)
    guard !released.isEmpty else { return }
    for exchange in Array(multi.running) where released.contains(exchange.id) {
      exchange.lastActivity = now
      multi.resume(exchange)
    }
  }

  /// Takes out the exchanges that curl is done with; true if there were any, and others may begin.
  private func collect(_ multi: CurlMulti, _ state: inout State) -> Bool {
    var hasEnded = false
    while let finished = multi.nextFinished() {
      hasEnded = true
      let exchange = finished.exchange
      account(for: exchange, &state)
      if state.ended.isEmpty { state.endedSince = monotonicSeconds() }
      state.ended.append(finished)
      state.endedBytes += exchange.body.count
    }
    return hasEnded
  }

  /// Tells those who wait of what ended: at once, or a group together while there is more to do meanwhile.
  private func handOver(_ state: inout State, _ now: Double) {
    guard !state.ended.isEmpty else { return }
    let isPatient =
      state.queue.count > 0 && state.ended.count < Self.group.count && state.endedBytes < Self.group.bytes
      && now - state.endedSince < Self.group.seconds
    if isPatient { return }
    for finished in state.ended {
      finished.exchange.end(finished.outcome, url: finished.url, retryAfter: finished.retryAfter)
    }
    state.ended.removeAll(keepingCapacity: true)
    state.endedBytes = 0
  }

  /// Stops the exchanges that have been connected without a byte for too long.
  private func stopStalled(_ multi: CurlMulti, _ state: inout State, _ now: Double) {
    for exchange in Array(multi.running) {
      if exchange.lastActivity == 0 {
        if multi.isConnected(exchange) { exchange.lastActivity = now }
        continue
      }
      guard now - exchange.lastActivity > exchange.order.stallTimeout else { continue }
      if let meter = state.meter, meter.waiting.contains(exchange.id) { continue }
      let seconds = exchange.order.stallTimeout
      let place = exchange.received == 0 ? "no answer" : "no more bytes after \(exchange.received)"
      remove(exchange, multi, &state)
      exchange.end(.failed(.stalled, "\(place) for \(seconds) s"))
    }
  }

  /// Tells those who asked how far all is.
  private func report(_ multi: CurlMulti, _ state: State, _ now: Double) {
    let due = inbox.withLock { inbox in
      var due: [AsyncStream<TransferProgress>.Continuation] = []
      for (id, observer) in inbox.observers where observer.next <= now {
        inbox.observers[id]?.next = now + observer.interval
        due.append(observer.continuation)
      }
      return due
    }
    guard !due.isEmpty else { return }
    let exchanges = multi.running.sorted { $0.id < $1.id }
    let progress = TransferProgress(
      running: exchanges.map { exchange in
        .init(
          url: exchange.order.url, bytes: exchange.received,
          total: exchange.headers["Content-Length"].flatMap { Int($0) })
      }, waiting: state.queue.count, answered: state.answered, broken: state.broken,
      bytes: state.bytes + exchanges.reduce(0) { $0 + $1.received })
    for continuation in due { continuation.yield(progress) }
  }

  private func cancel(_ id: UInt64, _ multi: CurlMulti, _ state: inout State) {
    if let waiting = state.queue.remove(id) { return waiting.end(.failed(.cancelled, "cancelled")) }
    guard let exchange = multi.running.first(where: { $0.id == id }) else { return }
    remove(exchange, multi, &state)
    exchange.end(.failed(.cancelled, "cancelled"))
  }

  private func remove(_ exchange: Exchange, _ multi: CurlMulti, _ state: inout State) {
    multi.remove(exchange)
    account(for: exchange, &state)
  }

  /// Counts an exchange that was taken out.
  private func account(for exchange: Exchange, _ state: inout State) {
    state.meter?.forget(exchange.id)
    state.bytes += exchange.received
    if exchange.status > 0 && exchange.failure == nil { state.answered += 1 } else { state.broken += 1 }
    state.queue.ended(host: exchange.order.hostKey)
  }
}
