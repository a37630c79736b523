/// The rows of a BINARY or BINARY2 stream, which comes in pieces.
final class BinaryRows {
  private let table: TableBuilder
  private let hasNullFlags: Bool
  private let maskLength: Int
  private let cellLimit: Int
  private var pending = RawBuffer()
  /// Rows are looked for again only when so many bytes are there: keeps huge rows from being read over and over.
  private var wanted = 1
  private var base64 = Base64Decoder()

  init(table: TableBuilder, hasNullFlags: Bool, limits: ReaderLimits) {
    self.table = table
    self.hasNullFlags = hasNullFlags
    cellLimit = limits.cellBytes
    maskLength = hasNullFlags ? (table.columnCount + 7) / 8 : 0
    for index in 0..<table.columnCount { table.sinks[index].emptyTextIsNull = !hasNullFlags }
  }

  deinit { pending.deallocate() }

  /// Takes a piece of base64.
  func feed(base64 input: UnsafeBufferPointer<UInt8>) {
    var rest = input[...]
    while !rest.isEmpty {
      // In pieces that fit the processor's cache, so that decoded bytes are still near when they are read.
      let piece = rest.prefix(1 << 17)
      base64.decode(UnsafeBufferPointer(rebasing: piece), into: &pending)
      decodeRows()
      rest = rest.dropFirst(piece.count)
    }
  }

  /// Takes a piece of the stream itself.
  func feed(_ input: UnsafeBufferPointer<UInt8>) {
    guard let start = input.baseAddress else { return }
    pending.append(start, input.count)
    decodeRows()
  }

  /// Ends the stream; what is left over is a row cut off.
  ///
  /// - Returns: Whether all was well.
  func finish() -> Bool {
    wanted = 1
    decodeRows()
    if base64.isBroken {
      table.log.note(
        .badBase64, "the stream holds characters that are no base64; rows behind them are lost",
        row: table.totalRows)
      return false
    }
    if pending.count > 0 {
      table.log.note(
        .truncatedStream,
        "the stream ends inside row \(table.totalRows): \(pending.count) bytes of it are there",
        row: table.totalRows)
      return false
    }
    return true
  }

  private func decodeRows() {
    guard pending.count >= wanted, table.columnCount > 0, let base = pending.base else { return }
    let bytes = UnsafePointer(base.assumingMemoryBound(to: UInt8.self))
    let count = pending.count
    let sinks = table.sinks
    let columns = table.columnCount
    var consumed = 0
    var isRepaired = false
    rows: while consumed < count {
      var offset = consumed + maskLength
      if offset > count { break }
      let mask = bytes + consumed
      for column in 0..<columns {
        let isNull = hasNullFlags && mask[column >> 3] & (0x80 >> UInt8(column & 7)) != 0
        let length = sinks[column].appendBinary(
          bytes + offset, count - offset, isNull: isNull, isRepaired: &isRepaired)
        if length < 0 {
          table.abandonRow()
          break rows
        }
        offset += length
      }
      if isRepaired {
        isRepaired = false
        table.log.note(.wrongEncoding, "text is not UTF-8; read as Windows-1252", row: table.totalRows)
      }
      guard offset > consumed else { break }  // columns of length 0 only: there is no telling how many rows
      consumed = offset
      table.endRow()
    }
    pending.removeFirst(consumed)
    wanted = consumed > 0 ? 1 : pending.count + pending.count / 2
    if pending.count > cellLimit {
      table.log.fail(
        DiagnosticCode.tooLarge.error("a row takes more than \(cellLimit) bytes", row: table.totalRows))
    }
  }
}
