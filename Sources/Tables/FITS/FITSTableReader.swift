import CCFITSIO

/// Reads FITS tables (FITS 4.0 §7) into columns.
///
/// TTYPEn, TUNITn, TNULLn, TDIMn and the VO's TUCDn, TUTYPn, TCOMMn are kept; TSCALn and TZEROn are applied: unsigned
/// integers become the next greater type, other scaled integers `double`. Trailing blanks of strings are dropped.
public struct FITSTableReader: Sendable {
  /// The number of the extension to read (0 is the primary unit); `nil` for the first table.
  public var extensionNumber: Int?

  /// Makes a reader.
  public init(extensionNumber: Int? = nil) { self.extensionNumber = extensionNumber }

  /// Reads a table from a file, compressed or not.
  ///
  /// - Throws: `FIT-01` where CFITSIO cannot read it, `FIT-03` where there is no table.
  public func read(path: String) throws(TableError) -> Table {
    do throws(TableError) { return try read(CFITSIOFile(path: path)) } catch { throw error.at(path) }
  }

  /// Reads a table from memory; not compressed.
  ///
  /// - Throws: `FIT-01` where CFITSIO cannot read it, `FIT-03` where there is no table.
  public func read(bytes: [UInt8]) throws(TableError) -> Table {
    try read(CFITSIOFile(bytes: bytes))
  }

  private func read(_ file: CFITSIOFile) throws(TableError) -> Table {
    if let extensionNumber {
      guard try file.move(to: extensionNumber + 1) else {
        throw TableError(code: "FIT-03", message: "extension \(extensionNumber) is no table")
      }
      return try table(file)
    }
    for unit in 1...(max(try file.unitCount(), 1)) where try file.move(to: unit) {
      return try table(file)
    }
    throw TableError(code: "FIT-03", message: "there is no table in the FITS file")
  }

  private func table(_ file: CFITSIOFile) throws(TableError) -> Table {
    let (rows, count) = try file.tableSize()
    var columns: [Column] = []
    if count > 0 {
      for index in 1...count {
        let (field, kind) = try self.field(file, index)
        columns.append(
          try FITSColumnReader(file: file, index: index, rows: rows, field: field, kind: kind).read())
      }
    }
    var table = Table(columns: columns, name: file.card("EXTNAME"))
    table.parameters = parameters(file)
    return table
  }

  /// How a column is read.
  enum Kind {
    case logical, bits, bytes, shorts, ints, longs, floats, doubles, text(width: Int)
  }

  private func field(_ file: CFITSIOFile, _ index: Int) throws(TableError) -> (Field, Kind) {
    let type = try file.columnType(index)
    let isVariable = type.code < 0
    var field = Field(name: file.card("TTYPE\(index)") ?? "col\(index)")
    let kind: Kind
    switch Int32(abs(type.code)) {
    case TLOGICAL: (kind, field.datatype) = (.logical, .boolean)
    case TBIT: (kind, field.datatype) = (.bits, .bit)
    case TBYTE: (kind, field.datatype) = (.bytes, .unsignedByte)
    case TSBYTE, TSHORT: (kind, field.datatype) = (.shorts, .short)
    case TUSHORT, TINT, TLONG:
      (kind, field.datatype) = (.ints, .int)
    case TUINT, TULONG, TLONGLONG, TULONGLONG: (kind, field.datatype) = (.longs, .long)
    case TFLOAT: (kind, field.datatype) = (.floats, .float)
    case TDOUBLE: (kind, field.datatype) = (.doubles, .double)
    case TCOMPLEX: (kind, field.datatype) = (.floats, .floatComplex)
    case TDBLCOMPLEX: (kind, field.datatype) = (.doubles, .doubleComplex)
    case TSTRING: (kind, field.datatype) = (.text(width: type.width), .char)
    default:
      throw TableError(code: "FIT-04", message: "column \(index) has a type that is not known (\(type.code))")
    }
    if case .text(let width) = kind {
      let strings = isVariable || width == 0 ? 1 : type.elements / width
      field.arraysize =
        isVariable || strings == 1
        ? .variable : ArraySize(fixedAxes: [width, strings], isVariable: false)
    } else if isVariable {
      field.arraysize = .variable
    } else if type.elements != 1 {
      field.arraysize =
        file.card("TDIM\(index)").flatMap { shape($0, elements: type.elements) } ?? .fixed(type.elements)
    }
    field.unit = nonEmpty(file.card("TUNIT\(index)"))
    field.ucd = nonEmpty(file.card("TUCD\(index)"))
    field.utype = nonEmpty(file.card("TUTYP\(index)"))
    field.description = nonEmpty(file.card("TCOMM\(index)"))
    if field.datatype.isInteger { field.nullValue = nonEmpty(file.card("TNULL\(index)")) }
    return (field, kind)
  }

  private func nonEmpty(_ text: String?) -> String? {
    guard let text = text?.trimmed, !text.isEmpty else { return nil }
    return text
  }

  private func shape(_ text: String, elements: Int) -> ArraySize? {
    let axes = text.filter { $0 != "(" && $0 != ")" }.split(separator: ",").compactMap {
      Int($0.trimmingBlanks)
    }
    return axes.reduce(1, *) == elements && !axes.isEmpty
      ? ArraySize(fixedAxes: axes, isVariable: false) : nil
  }

  /// The cards that are no part of the structure, as parameters.
  private func parameters(_ file: CFITSIOFile) -> [Parameter] {
    let structural = [
      "XTENSION", "BITPIX", "NAXIS", "PCOUNT", "GCOUNT", "TFIELDS", "EXTNAME", "COMMENT", "HISTORY", "",
      "END",
      "THEAP", "CHECKSUM", "DATASUM", "CONTINUE", "LONGSTRN",
    ]
    let columnCards = [
      "TTYPE", "TFORM", "TUNIT", "TNULL", "TSCAL", "TZERO", "TDISP", "TDIM", "TUCD", "TUTYP", "TCOMM",
      "TBCOL",
      "NAXIS", "TDMIN", "TDMAX", "TLMIN", "TLMAX",
    ]
    return file.cards().compactMap { card in
      guard !structural.contains(card.name),
        !columnCards.contains(where: { card.name.hasPrefix($0) && Int(card.name.dropFirst($0.count)) != nil })
      else { return nil }
      var field = Field.text(card.name)
      field.description = nonEmpty(card.comment)
      if card.value.hasPrefix("'") {
        return Parameter(field: field, value: file.card(card.name) ?? card.value)
      }
      switch card.value {
      case "T", "F": (field.datatype, field.arraysize) = (.boolean, .scalar)
      case let value where Int(value) != nil: (field.datatype, field.arraysize) = (.long, .scalar)
      case let value where Double(value) != nil: (field.datatype, field.arraysize) = (.double, .scalar)
      default: break
      }
      return Parameter(field: field, value: card.value)
    }
  }
}

extension Substring {
  /// The text without white space at its ends.
  var trimmingBlanks: Substring {
    var rest = self
    while rest.first?.isWhitespace == true { rest.removeFirst() }
    while rest.last?.isWhitespace == true { rest.removeLast() }
    return rest
  }
}
