import Glibc

/// Reads VOTable documents of every version and serialisation into columns (VOTable 1.0…1.6).
///
/// ```swift
/// let document = try VOTableReader().read(path: "answer.vot")
/// guard let table = document.results else { … }
/// let ra = table.finder(ucd: "pos.eq.ra", name: "ra")
/// for row in 0..<table.rowCount { print(ra.double(row) ?? .nan) }
/// ```
public struct VOTableReader: Sendable {
  /// How to take what does not keep to the standard.
  public var mode: ReaderMode
  /// Where the document comes from: a path, a `file:` address, or any other address, which counts as remote.
  public var base: String?
  /// What is too large.
  public var limits: ReaderLimits

  /// Makes a reader.
  public init(mode: ReaderMode = .tolerant, base: String? = nil, limits: ReaderLimits = ReaderLimits()) {
    self.mode = mode
    self.base = base
    self.limits = limits
  }

  /// Reads a document from memory; gzip data are decompressed.
  ///
  /// - Throws: ``TableError`` where the bytes are no VOTable or the mode refuses them; a server's error document
  ///   is read, see ``VOTableDocument/queryStatus``.
  public func read(bytes: [UInt8]) throws(TableError) -> VOTableDocument {
    let input = DocumentInput(mode: mode, limits: limits, base: base)
    var failure: TableError?
    bytes.withUnsafeBufferPointer { buffer in
      do throws(TableError) { try input.feed(buffer) } catch { failure = error }
    }
    if let failure { throw failure.at(base) }
    do throws(TableError) { return try input.finish() } catch { throw error.at(base) }
  }

  /// Reads a file; gzip data are decompressed, streams next to it are found.
  ///
  /// - Throws: ``TableError`` where the file cannot be read, is no VOTable, or the mode refuses it.
  public func read(path: String) throws(TableError) -> VOTableDocument {
    let input = DocumentInput(mode: mode, limits: limits, base: path)
    do throws(TableError) {
      try FileBytes.read(path) { (piece) throws(TableError) in try input.feed(piece) }
      return try input.finish()
    } catch {
      throw error.at(path)
    }
  }
}
