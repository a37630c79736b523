import Tables

/// The first rows of a table; of a VOTable no more is read than they take.
struct TableHead {
  let path: String
  let mode: ReaderMode
  let rows: Int

  init(_ path: String, mode: ReaderMode, rows: Int) {
    self.path = path
    self.mode = mode
    self.rows = rows
  }

  /// Thrown to leave the reader when there are rows enough.
  private static let enough = TableError(code: "TAB-00", message: "enough rows")

  /// Reads the rows; the document is whole, with all it says, where it holds no more than these.
  func read() throws(TableError) -> VOTableDocument {
    if path != "-", try TableFile.kind(path: path) == .votable, let head = try streamed() { return head }
    return try cut(TableFile.document(path: path, mode: mode))
  }

  /// The rows of a VOTable with more of them; nil where all of it must be read.
  private func streamed() throws(TableError) -> VOTableDocument? {
    var found: Table?
    do throws(TableError) {
      _ = try VOTableReader(mode: mode).stream(path: path, batchRows: rows + 1) {
        (batch) throws(TableError) in
        guard batch.firstRow == 0, batch.table.rowCount > rows, batch.resourceType?.lowercased() != "meta"
        else { return }
        found = batch.table
        throw Self.enough
      }
    } catch {
      guard error.code == Self.enough.code else { throw error }
    }
    return try found.map { (table) throws(TableError) in try cut(VOTableDocument(table: table)) }
  }

  private func cut(_ document: VOTableDocument) throws(TableError) -> VOTableDocument {
    let table = try document.requireResults()
    guard table.rowCount > rows else { return document }
    var short = VOTableDocument(
      table: table.taking((0..<rows).map { $0 }), infos: document.resultsResource?.infos ?? [])
    short.diagnostics = document.diagnostics
    short.isPartial = document.isPartial
    return short
  }
}
