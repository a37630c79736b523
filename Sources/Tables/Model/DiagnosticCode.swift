/// The stable codes of VOTable diagnostics: what each means, and what the reader makes of it.
///
/// The number stays with its meaning for ever. In the strict mode the first of them, of any severity but `note`,
/// refuses the document.
public enum DiagnosticCode: Int, Sendable, CaseIterable {
  case notVOTable = 1
  case textBefore = 2
  case malformed = 3
  case entityDeclared = 4
  case truncatedDocument = 5
  case truncatedStream = 6
  case badBase64 = 7
  case refusedHref = 8
  case noTable = 9
  case serverError = 10
  case wrongEncoding = 11
  case controlCharacter = 12
  case bareAmpersand = 13
  case bareLessThan = 14
  case textAfter = 15
  case blankBefore = 16
  case unknownVersion = 17
  case unknownDatatype = 18
  case missingDatatype = 19
  case badArraysize = 20
  case longCharacter = 21
  case duplicateID = 22
  case danglingReference = 23
  case rowCountDiffers = 24
  case surplusCells = 25
  case missingCells = 26
  case nullWord = 27
  case oddNumber = 28
  case outOfRange = 29
  case notANumber = 30
  case arrayLength = 31
  case arrayCommas = 32
  case badBoolean = 33
  case unknownElement = 34
  case missingAttribute = 35
  case unsupportedStream = 36
  case tooLarge = 37
  case longText = 38
  case brokenTags = 39
  case unreadable = 40
  case unknownEntity = 41
  case noFields = 42
  case unsupportedEncoding = 43
  case strayText = 44
  case fitsStream = 45

  /// The code as printed: `VOT-07`.
  public var code: String { rawValue < 10 ? "VOT-0\(rawValue)" : "VOT-\(rawValue)" }

  /// How much it matters in the tolerant mode.
  public var severity: Diagnostic.Severity {
    switch self {
    case .notVOTable, .malformed, .entityDeclared, .truncatedDocument, .truncatedStream, .badBase64,
      .refusedHref,
      .serverError, .noTable, .unsupportedStream, .tooLarge, .unreadable, .unsupportedEncoding, .fitsStream:
      .error
    case .missingAttribute, .unknownVersion: .note
    default: .warning
    }
  }

  /// What it means and what the reader makes of it, in a sentence or two.
  public var explanation: String {
    switch self {
    case .notVOTable:
      "The document is no VOTable: HTML, plain text, another XML document, or nothing. Refused."
    case .textBefore: "Something stands before the document. Refused; the salvage mode skips it."
    case .malformed:
      "The document is not well-formed XML. What came before the fault is kept and marked partial."
    case .entityDeclared: "The document declares entities, as entity bombs do. Refused in every mode."
    case .truncatedDocument: "The document breaks off. Whole rows are kept and the result is marked partial."
    case .truncatedStream:
      "A binary stream ends inside a row. Whole rows are kept, the result is marked partial."
    case .badBase64:
      "A stream or cell holds characters that are no base64. Rows before it are kept, marked partial."
    case .refusedHref:
      "STREAM/@href names what may not or cannot be opened. The table has no rows and is partial."
    case .noTable: "There is no TABLE in the document."
    case .serverError:
      "The server says that the query failed (QUERY_STATUS or Error). Rows are kept as partial."
    case .wrongEncoding: "Bytes are not of the declared encoding. They are read as Windows-1252."
    case .controlCharacter: "The document holds control characters that XML forbids. They are dropped."
    case .bareAmpersand: "A & stands unescaped. It is read as itself."
    case .bareLessThan: "A < stands unescaped. It is read as itself."
    case .textAfter: "Something stands behind the document. It is ignored."
    case .blankBefore: "White space stands before the XML declaration. It is ignored."
    case .unknownVersion: "The version is none of VOTable's. The document is read as the latest one."
    case .unknownDatatype:
      "A datatype is none of VOTable's. It is read as the one it most likely means, or as text."
    case .missingDatatype: "A FIELD or PARAM has no datatype. It is read as text."
    case .badArraysize: "An arraysize is no shape. It is read as variable (text) or as a scalar."
    case .longCharacter: "A char column without arraysize holds longer text. The whole text is kept."
    case .duplicateID: "Two elements have the same ID. Both are kept; a reference means the first."
    case .danglingReference: "A ref points to no element. It is kept as it is."
    case .rowCountDiffers:
      "The table has another number of rows than nrows says; if fewer, rows may be missing."
    case .surplusCells: "A row has more cells than there are columns. The surplus is dropped."
    case .missingCells: "A row has fewer cells than there are columns. The rest is null."
    case .nullWord: "A number is a word for nothing, such as NULL. It is null."
    case .oddNumber:
      "A number has a spelling that VOTable lacks, such as 3.0 for an integer or 1.5d3. It is read."
    case .outOfRange: "An integer is too great for its datatype. It is null, never cut."
    case .notANumber: "A cell of a numeric column holds no number. It is null."
    case .arrayLength: "An array has another length than arraysize says. It is cut or padded with nulls."
    case .arrayCommas: "The numbers of an array are separated by commas. They are read."
    case .badBoolean: "A truth value has a spelling that VOTable lacks. It is null."
    case .unknownElement: "An element is none of VOTable's or stands where it may not. It is ignored."
    case .missingAttribute: "An attribute that VOTable requires is missing. Nothing had to be guessed."
    case .unsupportedStream: "The serialisation is not supported. The table has no rows and is partial."
    case .tooLarge: "The document, a cell or a table is larger than the limits of the reader. Refused."
    case .longText: "A text is longer than its arraysize says. The whole text is kept."
    case .brokenTags: "Tags inside the table data do not match. Rows are kept as they can be told apart."
    case .unreadable: "The file cannot be read."
    case .unknownEntity: "A reference names an entity that XML lacks. Its text is kept as it is."
    case .noFields: "A table has rows but no FIELD. The rows are dropped."
    case .unsupportedEncoding: "The character encoding is not known. Refused."
    case .strayText: "Text stands in the table data outside any cell. It is ignored."
    case .fitsStream: "The FITS part of a table cannot be read. The table has no rows and is partial."
    }
  }

  /// An error of this code.
  func error(_ message: String, hint: String? = nil, line: Int? = nil, row: Int? = nil) -> TableError {
    TableError(code: code, message: message, hint: hint, line: line, row: row)
  }
}
