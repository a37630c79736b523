/// The datatype of a FIELD or PARAM (VOTable 1.4 §2.1, table 1).
public enum Datatype: String, Sendable, CaseIterable {
  /// A logical value; one byte (`T`, `F`, `1`, `0`, `t`, `f`, `?`) in BINARY.
  case boolean
  /// A bit; arrays are packed most significant bit first and padded to bytes in BINARY.
  case bit
  /// An integer from 0 to 255.
  case unsignedByte
  /// A 16-bit signed integer.
  case short
  /// A 32-bit signed integer.
  case int
  /// A 64-bit signed integer.
  case long
  /// Text; one byte a character in BINARY, read as UTF-8.
  case char
  /// Text; two bytes a character in BINARY (UTF-16, big-endian).
  case unicodeChar
  /// A 32-bit IEEE 754 number; NaN is null.
  case float
  /// A 64-bit IEEE 754 number; NaN is null.
  case double
  /// A pair of 32-bit numbers: real part, imaginary part.
  case floatComplex
  /// A pair of 64-bit numbers: real part, imaginary part.
  case doubleComplex

  /// Bytes of one element in the BINARY serialisations; a bit counts as one byte when alone.
  public var byteCount: Int {
    switch self {
    case .boolean, .bit, .unsignedByte, .char: 1
    case .short, .unicodeChar: 2
    case .int, .float: 4
    case .long, .double, .floatComplex: 8
    case .doubleComplex: 16
    }
  }

  /// Whether the values are text.
  public var isText: Bool { self == .char || self == .unicodeChar }

  /// Whether the values are integers.
  public var isInteger: Bool {
    self == .unsignedByte || self == .short || self == .int || self == .long
  }

  /// Whether the values are real or complex floating-point numbers.
  public var isFloatingPoint: Bool {
    self == .float || self == .double || self == .floatComplex || self == .doubleComplex
  }

  /// Whether the values are complex numbers, stored as two numbers each.
  public var isComplex: Bool { self == .floatComplex || self == .doubleComplex }

  /// The datatype that a name not in the standard most likely means, or `nil`.
  ///
  /// Names of SQL, FITS and programming languages that archives write into `datatype` by mistake.
  static func guess(_ name: String) -> Datatype? {
    switch name.lowercased().filter({ $0 != " " && $0 != "_" }) {
    case "string", "str", "text", "varchar", "char(*)", "date", "datetime", "timestamp", "time", "clob",
      "url", "uri", "uuid", "character", "name", "anyuri", "char", "nvarchar":
      .char
    case "unicodechar", "unicode": .unicodeChar
    case "integer", "int32", "int4", "int", "unsignedshort", "uint16": .int
    case "int16", "smallint", "int2", "short", "int8", "tinyint", "byte", "signedbyte": .short
    case "bigint", "int64", "long", "longint", "unsignedint", "uint32", "longlong", "unsignedlong", "uint64":
      .long
    case "unsignedbyte", "uint8", "ubyte": .unsignedByte
    case "real", "number", "numeric", "decimal", "doubleprecision", "float64", "float8", "double": .double
    case "float", "float32", "float4": .float
    case "bool", "logical", "boolean": .boolean
    case "bit": .bit
    case "floatcomplex", "complex64": .floatComplex
    case "doublecomplex", "complex", "complex128": .doubleComplex
    default: nil
    }
  }
}
