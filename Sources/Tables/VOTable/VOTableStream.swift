/// Some rows of a table that is being read.
public struct TableBatch: Sendable {
  /// The table with these rows only, and with what the document said of it before its rows.
  public var table: Table
  /// The number of the first of these rows in the whole table, from 0.
  public var firstRow: Int
  /// The type of the innermost RESOURCE that has one, such as `results`.
  public var resourceType: String?
}

/// Reads a VOTable while its bytes come in, giving the rows in batches.
///
/// The memory it takes depends on the batches, not on the length of the document: with the default of 4096 rows a
/// few megabytes.
///
/// ```swift
/// var stream = VOTableStream()
/// while let piece = nextPiece() {
///   try stream.feed(piece)
///   while let batch = stream.nextBatch() { use(batch.table) }
/// }
/// let document = try stream.finish()   // fields, remarks, status, diagnostics; no rows
/// while let batch = stream.nextBatch() { use(batch.table) }
/// ```
public struct VOTableStream: ~Copyable, @unchecked Sendable {
  private let input: DocumentInput
  private let queue = BatchQueue()
  private let base: String?

  /// Begins a document.
  ///
  /// - Parameters:
  ///   - mode: How to take what does not keep to the standard.
  ///   - base: Where the document comes from; see ``VOTableReader/base``.
  ///   - batchRows: Rows of a batch; the last one of a table may have fewer.
  public init(
    mode: ReaderMode = .tolerant, base: String? = nil, limits: ReaderLimits = ReaderLimits(),
    batchRows: Int = 4096
  ) {
    self.base = base
    input = DocumentInput(mode: mode, limits: limits, base: base)
    let parser = input.parser
    parser.batchRows = max(batchRows, 1)
    parser.batchCame = { [queue, unowned parser] builder, node, resources in
      let firstRow = builder.rowsTaken
      let table = ModelFactory(log: parser.log).table(node, columns: builder.takeColumns())
      let type = resources.compactMap { $0["type"] }.last
      queue.batches.append(TableBatch(table: table, firstRow: firstRow, resourceType: type))
    }
  }

  /// Takes the next bytes of the document.
  ///
  /// - Throws: ``TableError`` where the document is refused; nothing may follow then.
  public mutating func feed(_ bytes: [UInt8]) throws(TableError) {
    var failure: TableError?
    bytes.withUnsafeBufferPointer { buffer in
      do throws(TableError) { try input.feed(buffer) } catch { failure = error }
    }
    if let failure { throw failure.at(base) }
  }

  /// The next batch, `nil` until more bytes have come.
  public mutating func nextBatch() -> TableBatch? { queue.next() }

  /// Ends the document and gives all of it but the rows; the last batches are ready now.
  ///
  /// - Throws: ``TableError`` where the document is refused.
  public mutating func finish() throws(TableError) -> VOTableDocument {
    do throws(TableError) { return try input.finish() } catch { throw error.at(base) }
  }

  private final class BatchQueue {
    var batches: [TableBatch] = []
    private var given = 0

    func next() -> TableBatch? {
      guard given < batches.count else {
        batches.removeAll()
        given = 0
        return nil
      }
      let batch = batches[given]
      given += 1
      return batch
    }
  }
}

extension VOTableReader {
  /// Reads a file (or standard input, `-`) in batches of rows, in bounded memory.
  ///
  /// - Parameter body: Takes each batch as soon as it is there.
  /// - Returns: All of the document but the rows.
  /// - Throws: ``TableError`` where the document is refused, or what `body` throws.
  public func stream(
    path: String, batchRows: Int = 4096, _ body: (TableBatch) throws(TableError) -> Void
  ) throws(TableError) -> VOTableDocument {
    var stream = VOTableStream(mode: mode, base: path, limits: limits, batchRows: batchRows)
    do throws(TableError) {
      try FileBytes.read(path) { (piece) throws(TableError) in
        try stream.feed(piece)
        while let batch = stream.nextBatch() { try body(batch) }
      }
      let document = try stream.finish()
      while let batch = stream.nextBatch() { try body(batch) }
      return document
    } catch {
      throw error.at(path)
    }
  }
}

extension VOTableStream {
  /// Takes the next bytes of the document.
  mutating func feed(_ bytes: UnsafeBufferPointer<UInt8>) throws(TableError) { try input.feed(bytes) }
}
