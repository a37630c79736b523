/// Exchanges that wait for their turn, and the limits that decide whose turn it is.
///
/// First come, first served within a host; a host that is full or paused does not hold up the others.
struct TransferQueue {
  struct Limits: Sendable {
    var perHost: Int
    var total: Int
    /// Seconds between two starts to the same host.
    var interval: Double
  }

  private struct Host {
    /// Those before `head` are gone and `nil`; the array is shortened now and then.
    var waiting: [Exchange?] = []
    var head = 0
    /// How many were cut off the front of the array.
    var dropped = 0
    /// How many of them really wait: those that were withdrawn stay in the array as `nil` until their turn.
    var live = 0
    var active = 0
    var notBefore = 0.0
  }

  /// Exchanges that wait.
  var count: Int { places.count }

  private let limits: Limits
  private var hosts: [String: Host] = [:]
  private var active = 0
  /// Hosts to which no more may run before one has ended.
  private(set) var fullHosts: Set<String> = []
  /// Whether no more may run at all before one has ended.
  var isFull: Bool { active >= limits.total }
  /// Host and place of each waiting exchange, the places counted from the first exchange ever.
  private var places: [UInt64: (host: String, index: Int)] = [:]

  init(limits: Limits) {
    self.limits = limits
  }

  mutating func add(_ exchange: Exchange) {
    let name = exchange.order.hostKey
    // Taken out and put back, so that the array is not copied.
    var host = hosts.removeValue(forKey: name) ?? Host()
    places[exchange.id] = (name, host.dropped + host.waiting.count)
    host.waiting.append(exchange)
    host.live += 1
    hosts[name] = host
  }

  /// Starts nothing to this host before a moment of the monotonic clock.
  mutating func pause(host: String, until: Double) {
    let earlier = hosts[host]?.notBefore ?? 0
    hosts[host, default: Host()].notBefore = max(earlier, until)
  }

  /// Takes out the next exchange that may start now; the caller must report its end.
  mutating func next(now: Double) -> Exchange? {
    guard active < limits.total else { return nil }
    // The host with the fewest running transfers first, so that a slow one does not take all places.
    var best: (name: String, active: Int)?
    for (name, host) in hosts where isReady(host) && host.notBefore <= now {
      if let best, (best.active, best.name) < (host.active, name) { continue }
      best = (name, host.active)
    }
    guard let name = best?.name, var host = hosts.removeValue(forKey: name) else { return nil }
    while host.waiting[host.head] == nil { host.head += 1 }
    guard let exchange = host.waiting[host.head] else { return nil }
    host.waiting[host.head] = nil
    host.head += 1
    if host.head > 64 && host.head * 2 > host.waiting.count {
      host.waiting.removeFirst(host.head)
      host.dropped += host.head
      host.head = 0
    }
    places[exchange.id] = nil
    host.live -= 1
    host.active += 1
    host.notBefore = max(host.notBefore, now + limits.interval)
    if host.active >= limits.perHost { fullHosts.insert(name) }
    hosts[name] = host
    active += 1
    return exchange
  }

  /// When the next exchange may start if it only waits for the clock.
  func nextStart(now: Double) -> Double? {
    guard active < limits.total else { return nil }
    return hosts.values.filter(isReady).map(\.notBefore).min()
  }

  mutating func ended(host: String) {
    active -= 1
    hosts[host]?.active -= 1
    fullHosts.remove(host)
    if let state = hosts[host], state.live == 0, state.active == 0, state.notBefore < monotonicSeconds() {
      hosts[host] = nil
    }
  }

  /// Takes a waiting exchange out; `nil` if it does not wait (any more).
  mutating func remove(_ id: UInt64) -> Exchange? {
    guard let (name, index) = places.removeValue(forKey: id), var host = hosts.removeValue(forKey: name)
    else {
      return nil
    }
    let exchange = host.waiting[index - host.dropped]
    host.waiting[index - host.dropped] = nil
    host.live -= 1
    hosts[name] = host
    return exchange
  }

  mutating func removeAll() -> [Exchange] {
    let all = hosts.values.flatMap { $0.waiting.compactMap { $0 } }
    hosts = [:]
    places = [:]
    return all
  }

  private func isReady(_ host: Host) -> Bool {
    host.live > 0 && host.active < limits.perHost
  }
}
