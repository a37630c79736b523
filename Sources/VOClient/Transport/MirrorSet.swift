/// The places at which the same things are found, and which of them did not answer of late.
struct MirrorSet: Sendable {
  /// Seconds for which a place that failed is asked last.
  private static let restTime = 60.0

  private let groups: [[String]]
  private let failures = Shelf<[String: Double]>([:])

  init(_ groups: [[String]]) {
    self.groups = groups.map { group in group.map(Self.bare) }.filter { $0.count > 1 }
  }

  /// The addresses of the same thing: the one given first, then its mirrors in their order; those whose host failed a
  /// short while ago at the end.
  func places(of address: WebAddress, now: Double) -> [WebAddress] {
    let all = all(of: address)
    guard all.count > 1 else { return all }
    let failures = failures.value
    let isResting = all.map { place in failures[place.hostKey].map { now - $0 < Self.restTime } ?? false }
    return zip(all, isResting).filter { !$0.1 }.map(\.0) + zip(all, isResting).filter(\.1).map(\.0)
  }

  private func all(of address: WebAddress) -> [WebAddress] {
    for group in groups {
      let text = address.text
      guard let own = group.first(where: { Self.isBeginning($0, of: text) }) else { continue }
      let tail = text.dropFirst(own.count)
      let others = group.filter { $0 != own }.compactMap { other -> WebAddress? in
        var place = WebAddress(other + tail)
        place?.fragment = address.fragment
        return place
      }
      return [address] + others
    }
    return [address]
  }

  /// Notes that a host did not answer, or only with an error of its own.
  func note(failureOf host: String, now: Double) {
    guard !groups.isEmpty else { return }
    failures.change { $0[host] = now }
  }

  /// Whether what failed here may be had elsewhere.
  static func isWorthAnother(_ error: TransferError) -> Bool {
    switch error.kind {
    case .badURL, .localFile, .cancelled, .offline, .tooLarge, .nothingThere: false
    default: true
    }
  }

  /// An address without the slash at its end, its host in lower case.
  private static func bare(_ text: String) -> String {
    let whole = WebAddress(text).map { "\($0.scheme)://\($0.hostKey)\($0.path)" } ?? text
    return whole.hasSuffix("/") ? String(whole.dropLast()) : whole
  }

  /// Whether an address begins with another and goes on with a new part.
  private static func isBeginning(_ beginning: String, of text: String) -> Bool {
    guard text.hasPrefix(beginning) else { return false }
    let next = text.dropFirst(beginning.count).first
    return next == nil || next == "/" || next == "?" || next == "#"
  }
}
