/// A table whose rows are coming in.
final class TableBuilder {
  let fields: [Field]
  let log: DiagnosticLog
  let sinks: UnsafeMutablePointer<ColumnSink>
  let columnCount: Int
  /// Rows since the last batch was taken.
  private(set) var rows = 0
  /// Rows before the last batch was taken.
  private(set) var rowsTaken = 0
  private let limits: ReaderLimits
  /// The memory is looked at after so many rows.
  private let checkInterval: Int
  private var nextCheck: Int
  /// Called when so many rows have come since the last batch was taken.
  private let batchRows: Int
  private let batchCame: ((TableBuilder) -> Void)?

  init(
    fields: [Field], log: DiagnosticLog, limits: ReaderLimits, batchRows: Int = .max,
    batchCame: ((TableBuilder) -> Void)? = nil
  ) {
    self.fields = fields
    self.log = log
    self.limits = limits
    columnCount = fields.count
    sinks = UnsafeMutablePointer<ColumnSink>.allocate(capacity: max(fields.count, 1))
    var rowSize = 8
    for (index, field) in fields.enumerated() {
      (sinks + index).initialize(to: ColumnSink(field))
      rowSize += max(sinks[index].layout.perRow, 1) * max(sinks[index].layout.kind.size, 8)
    }
    self.batchRows = batchRows
    self.batchCame = batchCame
    checkInterval = min(max(limits.tableBytes / 16 / rowSize, 1), 1024, batchRows)
    nextCheck = checkInterval
    if rowSize > limits.tableBytes {
      log.fail(DiagnosticCode.tooLarge.error("a row takes \(rowSize) bytes", line: log.line))
    }
  }

  deinit {
    for index in 0..<columnCount { sinks[index].deallocate() }
    sinks.deallocate()
  }

  /// Rows of the whole table so far.
  var totalRows: Int { rowsTaken + rows }

  /// Ends a row whose cells have all been appended.
  @inline(__always)
  func endRow() {
    rows += 1
    if rows == nextCheck { checkMemory() }
  }

  /// Ends a row of TABLEDATA that has so many cells: a surplus has been dropped, what is missing is null.
  func endRow(cells: Int) {
    if columnCount == 0 {
      if cells > 0 { log.note(.noFields, "rows without FIELD are dropped") }
      return
    }
    if cells > columnCount {
      log.note(
        .surplusCells, "\(cells) cells for \(columnCount) columns: the surplus is dropped", row: totalRows)
    } else if cells < columnCount {
      log.note(.missingCells, "\(cells) cells for \(columnCount) columns: the rest is null", row: totalRows)
      for column in cells..<columnCount { sinks[column].appendNull() }
    }
    endRow()
  }

  /// Takes back the cells of a row that has not ended.
  func abandonRow() {
    for column in 0..<columnCount { sinks[column].truncate(toRows: rows) }
  }

  /// Notes what was odd in a cell of the present row.
  @inline(never)
  func note(_ issue: CellIssue, column: Int, text: UnsafeBufferPointer<UInt8>) {
    guard let code = issue.code else { return }
    let field = fields[column]
    log.note(
      code,
      "`\(Self.excerpt(text))` in a column of \(field.datatype.rawValue)"
        + (field.arraysize.isScalar ? "" : "[\(field.arraysize)]") + ": " + Self.remedy(issue),
      row: totalRows, column: field.name)
  }

  private static func remedy(_ issue: CellIssue) -> String {
    switch issue {
    case .nullWord, .notANumber, .outOfRange, .badBoolean: "read as null"
    case .oddNumber: "read as the number it most likely means"
    case .arrayLength: "cut, or padded with nulls"
    case .arrayCommas: "commas read as blanks"
    case .longCharacter, .longText: "the whole text is kept"
    case .none: ""
    }
  }

  /// The beginning of a text, for a message.
  static func excerpt(_ text: UnsafeBufferPointer<UInt8>) -> String {
    let limit = 40
    let start = String(decoding: text.prefix(limit), as: UTF8.self)
    return text.count > limit ? start + "…" : start
  }

  /// Takes the rows so far as columns; what comes next is a new batch.
  func takeColumns() -> [Column] {
    rowsTaken += rows
    rows = 0
    nextCheck = checkInterval
    return fields.enumerated().map { index, field in
      Column(field: field, storage: ColumnStorage(taking: &sinks[index]))
    }
  }

  private func checkMemory() {
    nextCheck = min(nextCheck + checkInterval, max(batchRows, rows + 1))
    if rows >= batchRows { batchCame?(self) }
    var memory = 0
    for index in 0..<columnCount { memory += sinks[index].memory }
    if memory > limits.tableBytes {
      log.fail(
        DiagnosticCode.tooLarge.error(
          "the rows take more than \(limits.tableBytes) bytes of memory",
          hint: "read it as a stream of batches",
          line: log.line, row: totalRows))
    }
  }
}
