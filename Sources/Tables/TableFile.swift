import Glibc

/// Reads and writes table files of every kind.
public enum TableFile {
  /// The kinds of table files.
  public enum Kind: String, Sendable, CaseIterable {
    /// VOTable.
    case votable
    /// FITS binary or ASCII table.
    case fits
    /// Comma-separated values, or another separator.
    case csv
    /// JSON; written only.
    case json
    /// Aligned text; written only.
    case text

    /// The kind that a file name tells, `nil` where it tells none; `.gz` behind it does not count.
    public init?(path: String) {
      var name = path.lowercased()
      if name.hasSuffix(".gz") { name.removeLast(3) }
      switch name.split(separator: "/").last?.split(separator: ".").last.map(String.init) {
      case "vot", "votable", "xml": self = .votable
      case "fits", "fit", "fts": self = .fits
      case "csv", "tsv": self = .csv
      case "json": self = .json
      case "txt", "text": self = .text
      default: return nil
      }
    }

    /// The kind that the first bytes tell, after decompression.
    public init(content: [UInt8]) {
      if content.starts(with: "SIMPLE  =".utf8) || content.starts(with: "XTENSION".utf8) {
        self = .fits
        return
      }
      var start = content.prefix(256)[...]
      if start.starts(with: [0xEF, 0xBB, 0xBF]) { start = start.dropFirst(3) }
      if start.starts(with: [0xFF, 0xFE]) || start.starts(with: [0xFE, 0xFF])
        || start.starts(with: [0, 0x3C])
      {
        self = .votable
        return
      }
      self = start.first { !NumberText.isBlank($0) } == 0x3C ? .votable : .csv
    }
  }

  /// Reads the table of a file: the results of a VOTable, the first table of a FITS file, CSV; by content, also gzip.
  ///
  /// - Throws: ``TableError`` where the file cannot be read, holds no table, or the server's error instead.
  public static func read(path: String) throws(TableError) -> Table {
    try document(path: path).requireResultsOrError(path)
  }

  /// Reads a file as a document; FITS and CSV give a document of one table.
  ///
  /// - Throws: ``TableError`` where the file cannot be read.
  public static func document(
    path: String, mode: ReaderMode = .tolerant
  ) throws(TableError) -> VOTableDocument {
    var head: [UInt8] = []
    if path != "-" {
      head = try FileBytes.head(path)
      if Kind(content: head) == .votable { return try VOTableReader(mode: mode).read(path: path) }
    }
    let bytes = try Inflater.inflated(FileBytes.read(path), place: path)
    return try document(bytes: bytes, mode: mode, base: path)
  }

  /// The kind of a file, by its first bytes.
  ///
  /// - Throws: ``TableError`` where the file cannot be read.
  public static func kind(path: String) throws(TableError) -> Kind { Kind(content: try FileBytes.head(path)) }

  /// Reads bytes as a document; gzip data are decompressed, FITS and CSV give a document of one table.
  ///
  /// - Parameter base: The path or address the bytes come from.
  /// - Throws: ``TableError`` where the bytes cannot be read.
  public static func document(
    bytes: [UInt8], mode: ReaderMode = .tolerant, base: String? = nil
  ) throws(TableError) -> VOTableDocument {
    let bytes = try Inflater.inflated(bytes, place: base)
    do throws(TableError) {
      switch Kind(content: bytes) {
      case .fits: return VOTableDocument(table: try FITSTableReader().read(bytes: bytes))
      case .csv:
        if bytes.isEmpty { throw DiagnosticCode.notVOTable.error("the file is empty") }
        if let first = bytes.first(where: { !NumberText.isBlank($0) }), first == 0x7B || first == 0x5B {
          throw TableError(
            code: "TAB-03", message: "JSON is written, but not read", hint: "ask for VOTable or CSV")
        }
        return VOTableDocument(table: try CSVTableReader().read(bytes: bytes))
      default: return try VOTableReader(mode: mode, base: base).read(bytes: bytes)
      }
    } catch {
      throw error.at(base)
    }
  }

  /// Writes a table to a file; the kind is told by the name (VOTable where it tells none).
  ///
  /// - Throws: ``TableError`` where the file cannot be written.
  public static func write(_ table: Table, path: String, kind: Kind? = nil) throws(TableError) {
    try write(VOTableDocument(table: table), path: path, kind: kind)
  }

  /// Writes a document to a file; all but VOTable hold its results only.
  ///
  /// - Throws: ``TableError`` where the file cannot be written or there is no table in the document.
  public static func write(_ document: VOTableDocument, path: String, kind: Kind? = nil) throws(TableError) {
    switch kind ?? Kind(path: path) ?? .votable {
    case .votable: try VOTableWriter().write(document, toPath: path)
    case .fits: try FileBytes.write(FITSTableWriter().bytes(of: document.requireResults()), to: path)
    case .csv: try FileBytes.write(CSVTableWriter().bytes(of: document.requireResults()), to: path)
    case .json: try FileBytes.write(JSONTableWriter().bytes(of: document), to: path)
    case .text: try FileBytes.write(Array(TableText.format(document.requireResults()).utf8), to: path)
    }
  }
}

extension VOTableDocument {
  fileprivate func requireResultsOrError(_ path: String) throws(TableError) -> Table {
    do throws(TableError) { return try requireResults() } catch { throw error.at(path) }
  }
}
