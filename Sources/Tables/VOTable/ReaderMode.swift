/// How a reader takes what does not keep to the standard.
public enum ReaderMode: String, Sendable, CaseIterable {
  /// The first departure from VOTable or XML refuses the document.
  case strict
  /// What can be read with certainty is read, and each guess or repair is a ``Diagnostic``. The default.
  case tolerant
  /// Like `tolerant`, and text before the document is skipped.
  case salvage
}

/// What a reader refuses as too large.
public struct ReaderLimits: Sendable {
  /// Bytes of a document, after decompression.
  public var documentBytes: Int
  /// Bytes of a cell, attribute, description or tag.
  public var cellBytes: Int
  /// Bytes that the rows in memory may take (all rows, or a batch of a stream).
  public var tableBytes: Int
  /// Depth of the elements.
  public var depth: Int
  /// Elements outside of the rows: fields, parameters, remarks.
  public var elements: Int

  /// Makes limits; what is left out is generous: 64 GiB documents, 1 GiB cells, 8 GiB in memory.
  public init(
    documentBytes: Int = 1 << 36, cellBytes: Int = 1 << 30, tableBytes: Int = 1 << 33, depth: Int = 200,
    elements: Int = 2_000_000
  ) {
    self.documentBytes = documentBytes
    self.cellBytes = cellBytes
    self.tableBytes = tableBytes
    self.depth = depth
    self.elements = elements
  }
}
