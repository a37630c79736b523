/// Whether a file that was received is whole, as far as its own format tells.
struct CompletenessCheck {
  /// Bytes of the file.
  let length: Int
  /// Reads bytes of it.
  let read: (_ offset: Int, _ count: Int) -> [UInt8]

  /// What is missing or wrong; `nil` if nothing is.
  func problem(kind: ContentKind) -> (code: TransferError.Code, message: String, serverMessage: String?)? {
    switch kind {
    case .votable: votableProblem()
    case .fits: fitsProblem().map { (.incomplete, $0, nil) }
    case .gzip: gzipProblem().map { (.incomplete, $0, nil) }
    default: nil
    }
  }

  /// A VOTable must close its root element and must not report an error before or after its table.
  private func votableProblem() -> (code: TransferError.Code, message: String, serverMessage: String?)? {
    let window = 65536
    var texts = [read(0, min(length, window))]
    if length > window { texts.append(read(max(window, length - window), min(window, length - window))) }
    let parts = texts.map { String(decoding: $0.filter { $0 != 0 }, as: UTF8.self) }
    for part in parts.reversed() {
      guard let words = ServerWords.statusText(part) else { continue }
      return (
        .unexpectedContent, "the answer is an error document",
        String(words.split(whereSeparator: \.isWhitespace).joined(separator: " ").prefix(ServerWords.limit))
      )
    }
    guard let last = parts.last, last.contains("VOTABLE>"), last.contains("</") else {
      return (.incomplete, "the VOTable of \(length) bytes ends before its last element is closed", nil)
    }
    return nil
  }

  /// Every header-data unit of a FITS file must be there; missing padding after the last is forgiven.
  private func fitsProblem() -> String? {
    let block = 2880
    var offset = 0
    var unit = 0
    while offset < length {
      guard let header = FITSExtent(at: offset, length: length, read: read) else {
        // Bytes after a whole unit that are no header are no loss.
        return unit == 0 || length - offset >= block && read(offset, 8) == Array("XTENSION".utf8)
          ? "the FITS header of unit \(unit) has no END within \(length) bytes" : nil
      }
      let end = header.dataStart + header.dataBytes
      if end > length {
        return "the FITS file has \(length) bytes, its unit \(unit) needs \(end)"
      }
      offset = header.dataStart + (header.dataBytes + block - 1) / block * block
      unit += 1
    }
    return nil
  }

  /// A gzip file must decompress to its end with the right checksum.
  ///
  /// What unpacks to more than 4 GiB is believed without being unpacked further.
  private func gzipProblem() -> String? {
    let decoder = GzipDecoder()
    var unpacked = 0
    var offset = 0
    while offset < length {
      let piece = read(offset, min(65536, length - offset))
      guard !piece.isEmpty else { break }
      offset += piece.count
      do throws(GzipDecoder.Problem) {
        try decoder.feed(piece) { bytes in
          unpacked += bytes.count
          return unpacked < 1 << 32
        }
      } catch .stopped {
        return nil
      } catch {
        return "the gzip file is broken near byte \(offset)"
      }
    }
    return decoder.isComplete ? nil : "the gzip file of \(length) bytes ends too early"
  }
}

/// Size of one header-data unit, from the mandatory keywords (FITS 4.0, section 4.4.1).
private struct FITSExtent {
  var dataStart = 0
  var dataBytes = 0

  init?(at start: Int, length: Int, read: (Int, Int) -> [UInt8]) {
    var bitpix = 8
    var axes: [Int: Int] = [:]
    var naxis = 0
    var parameters = 0
    var groups = 1
    var offset = start
    while true {
      let block = read(offset, min(2880, length - offset))
      guard block.count == 2880 else { return nil }
      if offset == start {
        let name = String(decoding: block.prefix(8), as: UTF8.self)
        guard name == "SIMPLE  " || name == "XTENSION" else { return nil }
      }
      offset += 2880
      // By bytes: a download is checked in microseconds, text would take a hundred times as long.
      let (cards, isLast) = Self.cardsThatMatter(block)
      for card in cards {
        let keyword = String(decoding: block[card..<(card + 8)], as: UTF8.self).trimmed
        guard let value = Self.integer(block[(card + 10)..<(card + 80)]), value >= 0 || keyword == "BITPIX"
        else {
          continue
        }
        switch keyword {
        case "BITPIX": bitpix = value
        case "NAXIS": naxis = min(value, 999)
        case "PCOUNT": parameters = value
        case "GCOUNT": groups = value
        case let axis where axis.hasPrefix("NAXIS"): axes[Int(axis.dropFirst(5)) ?? 0] = value
        default: break
        }
      }
      guard isLast else { continue }
      dataStart = offset
      let sizes = (1...max(1, naxis)).map { axes[$0] ?? 0 }
      let isRandomGroups = naxis > 1 && sizes[0] == 0
      let product = (isRandomGroups ? Array(sizes.dropFirst()) : sizes).reduce(1) { Self.product($0, $1) }
      let elements = naxis == 0 ? 0 : Self.product(groups, product + parameters)
      dataBytes = Self.product(abs(bitpix) / 8, elements)
      return
    }
  }

  /// Where in a block the cards with a value begin whose keywords may matter, before the END card; and whether that is in it.
  private static func cardsThatMatter(_ block: [UInt8]) -> ([Int], isLast: Bool) {
    block.withUnsafeBytes { bytes in
      var found: [Int] = []
      for card in stride(from: 0, to: bytes.count - 79, by: 80) {
        if bytes.loadUnaligned(fromByteOffset: card, as: UInt64.self) == end { return (found, true) }
        guard bytes[card + 8] == UInt8(ascii: "=") else { continue }
        if beginnings.contains(bytes.loadUnaligned(fromByteOffset: card, as: UInt32.self)) {
          found.append(card)
        }
      }
      return (found, false)
    }
  }

  /// How the keywords that matter begin, as the numbers that these bytes make in memory.
  private static let beginnings = ["BITP", "NAXI", "PCOU", "GCOU"].map { word in
    Array(word.utf8).withUnsafeBytes { $0.loadUnaligned(as: UInt32.self) }
  }
  /// The keyword `END` likewise.
  private static let end = Array("END     ".utf8).withUnsafeBytes { $0.loadUnaligned(as: UInt64.self) }

  /// The integer before the comment of a card.
  private static func integer(_ bytes: ArraySlice<UInt8>) -> Int? {
    let text = bytes.drop { $0 == 0x20 }.prefix { $0 != 0x20 && $0 != 0x2F }
    return Int(String(decoding: text, as: UTF8.self))
  }

  /// A product that stays within `Int` whatever a damaged header says.
  private static func product(_ a: Int, _ b: Int) -> Int {
    let (result, overflows) = a.multipliedReportingOverflow(by: b)
    return overflows ? Int.max / 4 : min(result, Int.max / 4)
  }
}
