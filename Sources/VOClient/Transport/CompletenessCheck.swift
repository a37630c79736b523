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
