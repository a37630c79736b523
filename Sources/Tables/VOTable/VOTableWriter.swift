/// Writes VOTable documents that other programs of the Virtual Observatory read without complaint.
///
/// Text that is not ASCII goes into `unicodeChar` where the version's `char` is ASCII; strings and arrays that are
/// longer than their `arraysize` widen it; references to nothing and repeated IDs are left out; a null integer gets
/// a value of its own where the serialisation has no other way to say it. Only a null bit is lost in BINARY: it is 0.
public struct VOTableWriter: Sendable {
  /// The version whose rules are kept.
  public var version: VOTableVersion
  /// How the rows are written.
  public var serialization: VOTableSerialization

  /// Makes a writer.
  public init(version: VOTableVersion = .v1_4, serialization: VOTableSerialization = .binary2) {
    self.version = version
    self.serialization = serialization
  }

  /// The document as bytes, in UTF-8.
  public func bytes(of document: VOTableDocument) throws(TableError) -> [UInt8] {
    var encoder = VOTableEncoder(
      version: version, serialization: serialization, document: document, flush: nil)
    try encoder.encode()
    return encoder.out.bytes
  }

  /// The document of one table as bytes, in UTF-8.
  public func bytes(of table: Table) throws(TableError) -> [UInt8] {
    try bytes(of: VOTableDocument(table: table))
  }

  /// Writes a document to a file, or to standard output for `-`; the file appears only when it is whole.
  public func write(_ document: VOTableDocument, toPath path: String) throws(TableError) {
    let file = try OutputFile(path)
    do throws(TableError) {
      var encoder = VOTableEncoder(version: version, serialization: serialization, document: document) {
        (bytes) throws(TableError) in try file.write(bytes)
      }
      try encoder.encode()
      try file.finish(encoder.out.bytes)
    } catch {
      file.discard()
      throw error
    }
  }

  /// Writes one table to a file; see ``write(_:toPath:)-(VOTableDocument,_)``.
  public func write(_ table: Table, toPath path: String) throws(TableError) {
    try write(VOTableDocument(table: table), toPath: path)
  }
}
