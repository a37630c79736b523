/// A value that holds for a whole table, resource or document: PARAM (VOTable 1.4 §3.6).
///
/// Services give constant columns this way.
public struct Parameter: Sendable {
  /// What the parameter means.
  public let field: Field
  /// The value, as written.
  public let value: String
  private let column: Column

  /// Makes a parameter from its text, as TABLEDATA would have it.
  public init(field: Field, value: String) {
    self.field = field
    self.value = value
    var sink = ColumnSink(field)
    var bytes = Array(value.utf8)
    bytes.append(0)
    bytes.withUnsafeBufferPointer { buffer in
      if let start = buffer.baseAddress { _ = sink.appendText(start, buffer.count - 1) }
    }
    column = Column(field: field, storage: ColumnStorage(taking: &sink))
    sink.deallocate()
  }

  /// A parameter of text.
  public init(name: String, text: String, ucd: String? = nil, utype: String? = nil, id: String? = nil) {
    self.init(field: .text(name, ucd: ucd, utype: utype, id: id), value: text)
  }

  /// A parameter that is a number.
  public init(
    name: String, number: Double, unit: String? = nil, ucd: String? = nil, utype: String? = nil,
    id: String? = nil
  ) {
    var text = ByteWriter()
    text.write(number)
    self.init(
      field: Field(name: name, datatype: .double, unit: unit, ucd: ucd, utype: utype, id: id),
      value: text.string)
  }

  /// The name.
  public var name: String { field.name }
  /// The value as text; `nil` where it is null or empty.
  public var string: String? { column.string(0) }
  /// The value as a number; the first of an array.
  public var double: Double? { column.double(0) }
  /// The value as an integer; the first of an array.
  public var integer: Int? { column.integer(0) }
  /// The value as a truth value.
  public var boolean: Bool? { column.boolean(0) }
  /// The numbers of the value.
  public var doubles: [Double] { column.doubles(0) }
  /// The strings of the value.
  public var strings: [String] { column.strings(0) }

  /// The value as a column of one row.
  var constant: Column { column }
}
