/// The serialisations that stand in a STREAM: BINARY, BINARY2, FITS.
extension DocumentParser {
  /// Begins what stands in a STREAM, or in the file that it names.
  func beginStream(_ node: XMLNode, serialization: String) {
    skipDepth = 0
    switch serialization {
    case "BINARY", "BINARY2":
      guard let builder = beginRows() else { return }
      let binary = BinaryRows(table: builder, hasNullFlags: serialization == "BINARY2", limits: limits)
      self.binary = binary
      place = .stream
      if let href = node["href"] {
        place = .skipped
        open(href, encoding: node["encoding"]) { binary.feed($0) }
      } else if let encoding = node["encoding"], encoding.lowercased() != "base64" {
        log.note(.unsupportedStream, "STREAM encoding `\(encoding)` inside the document")
        markPartial()
        place = .skipped
      }
    case "FITS":
      let fits = FITSStream(
        extensionNumber: stack[stack.count - 2]["extnum"].flatMap { Int($0) }, limits: limits)
      self.fits = fits
      place = .stream
      if let href = node["href"] {
        place = .skipped
        open(href, encoding: node["encoding"]) { fits.feed($0) }
      }
    default:
      log.note(.unsupportedStream, "the serialisation <\(serialization)>")
      markPartial()
      place = .skipped
    }
  }

  private func open(_ href: String, encoding: String?, _ feed: (UnsafeBufferPointer<UInt8>) -> Void) {
    do throws(TableError) {
      try streamOpener.read(href, encoding: encoding, limit: limits.documentBytes, feed)
    } catch {
      log.note(.refusedHref, error.message)
      markPartial()
    }
  }

  /// Ends a STREAM.
  func endStream() {
    place = .structure
    if let binary {
      if !binary.finish() { markPartial() }
      self.binary = nil
      endRows()
    }
    if let fits, let (table, _) = openTable {
      endFITS(fits, table)
      self.fits = nil
    }
  }

  private func endFITS(_ fits: FITSStream, _ table: XMLNode) {
    do throws(TableError) {
      let read = try fits.table()
      let own = fieldsOfOpenTable() ?? []
      // The FIELDs of the VOTable say more than the cards of the FITS table.
      table.columns = read.columns.enumerated().map { index, column in
        guard own.count == read.columns.count else { return column }
        var field = own[index]
        field.datatype = column.field.datatype
        field.arraysize = column.field.arraysize
        return Column(field: field, storage: column.storage)
      }
    } catch {
      log.note(.fitsStream, error.message)
      markPartial()
    }
  }
}
