/// The type of the elements that a column keeps in memory.
enum ElementKind: UInt8, Sendable {
  case boolean, bit, byte, short, int, long, float, double, text

  /// Bytes of an element; text has none.
  var size: Int {
    switch self {
    case .boolean, .bit, .byte: 1
    case .short: 2
    case .int, .float: 4
    case .long, .double: 8
    case .text: 0
    }
  }
}

/// How the cells of a column lie in memory, as its field says.
struct ColumnLayout: Sendable, Equatable {
  let kind: ElementKind
  /// Elements of a cell, or -1 where that varies.
  ///
  /// A complex number counts as two elements, a string as one.
  let perRow: Int
  /// Numbers that make one value: 2 for complex numbers, else 1.
  let components: Int
  /// For arrays of strings: the length of each; 0 for a single string a cell.
  let stringLength: Int
  /// For single strings: the length in the binary serialisations, or -1 where that varies.
  let textLength: Int
  /// Whether text is UTF-16 in the binary serialisations.
  let isUnicode: Bool

  init(_ field: Field) {
    let size = field.arraysize
    isUnicode = field.datatype == .unicodeChar
    if field.datatype.isText {
      kind = .text
      components = 1
      if size.fixedAxes.count + (size.isVariable ? 1 : 0) <= 1 {
        perRow = 1
        stringLength = 0
        textLength = size.isVariable ? -1 : (size.fixedAxes.first ?? 1)
      } else {
        stringLength = size.fixedAxes.first ?? 1
        perRow = size.isVariable ? -1 : size.fixedAxes.dropFirst().reduce(1, *)
        textLength = -1
      }
      return
    }
    components = field.datatype.isComplex ? 2 : 1
    stringLength = 0
    textLength = -1
    perRow = size.count.map { $0 * (field.datatype.isComplex ? 2 : 1) } ?? -1
    kind =
      switch field.datatype {
      case .boolean: .boolean
      case .bit: .bit
      case .unsignedByte: .byte
      case .short: .short
      case .int: .int
      case .long: .long
      case .float, .floatComplex: .float
      default: .double
      }
  }
}
