/// A column of a table: its field and a value for every row.
///
/// The values lie one after another in their own type, not as objects. Reading a cell costs O(1); arrays and
/// strings cost their length.
public struct Column: Sendable {
  /// What the column means.
  public var field: Field
  let storage: ColumnStorage

  init(field: Field, storage: ColumnStorage) {
    self.field = field
    self.storage = storage
  }

  /// The number of rows.
  public var rowCount: Int { storage.rowCount }

  /// Whether the cell is null: missing, or a lone NaN.
  public func isNull(_ row: Int) -> Bool {
    if storage.nulls.bit(row) { return true }
    let elements = storage.elements(row)
    guard elements.count == storage.layout.components else {
      return elements.isEmpty && storage.layout.kind != .text
    }
    switch storage.layout.kind {
    case .float, .double: return elements.allSatisfy { storage.number($0).isNaN }
    default: return storage.elementNulls.bit(elements.lowerBound)
    }
  }

  /// The number of null cells.
  ///
  /// - Complexity: O(rows)
  public var nullCount: Int { (0..<rowCount).reduce(0) { $0 + (isNull($1) ? 1 : 0) } }

  /// Whether any cell is null, lone NaNs aside.
  var hasNulls: Bool {
    (0..<storage.nulls.count).contains { storage.nulls.load($0, as: UInt8.self) != 0 }
  }

  /// The first element of the cell as a number; `nil` for null, NaN and text that is no number.
  ///
  /// Integers are converted (exactly up to 2⁵³), booleans are 0 and 1, text is parsed.
  public func double(_ row: Int) -> Double? {
    let elements = storage.elements(row)
    guard let first = elements.first, !storage.nulls.bit(row), !storage.elementNulls.bit(first) else {
      return nil
    }
    if storage.layout.kind == .text {
      let bytes = storage.text(first)
      guard let start = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self),
        case .value(let value) = NumberText.double(start, bytes.count), !value.isNaN
      else { return nil }
      return value
    }
    let value = storage.number(first)
    return value.isNaN ? nil : value
  }

  /// The first element of the cell as an integer; `nil` for null and for what is no whole number.
  public func integer(_ row: Int) -> Int? {
    let elements = storage.elements(row)
    guard let first = elements.first, !storage.nulls.bit(row), !storage.elementNulls.bit(first) else {
      return nil
    }
    if let value = storage.integer(first) { return value }
    if storage.layout.kind == .text {
      let bytes = storage.text(first)
      guard let start = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self),
        case .value(let value) = NumberText.integer(start, bytes.count)
      else { return nil }
      return Int(value)
    }
    return Int(exactly: storage.number(first))
  }

  /// The first element of the cell as a truth value; `nil` for null and for what is none.
  ///
  /// Booleans and bits as they are; of numbers 0 is false and 1 is true; of text the spellings of VOTable.
  public func boolean(_ row: Int) -> Bool? {
    let elements = storage.elements(row)
    guard let first = elements.first, !storage.nulls.bit(row), !storage.elementNulls.bit(first) else {
      return nil
    }
    switch storage.layout.kind {
    case .boolean, .bit: return storage.values.load(first, as: UInt8.self) != 0
    case .text:
      let bytes = storage.text(first)
      guard let start = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return nil }
      return NumberText.boolean(start, bytes.count).value
    default:
      let value = storage.number(first)
      return value == 0 ? false : value == 1 ? true : nil
    }
  }

  /// The cell as text; `nil` for null.
  ///
  /// Numbers in their shortest form that reads back to the same value, arrays with blanks between, strings
  /// of an array joined with blanks.
  public func string(_ row: Int) -> String? {
    if isNull(row) { return nil }
    let elements = storage.elements(row)
    if storage.layout.kind == .text {
      if elements.count == 1 { return string(element: elements.lowerBound) }
      return elements.map { string(element: $0) }.joined(separator: " ")
    }
    var text = ByteWriter()
    text.cell(of: storage, row)
    return text.string
  }

  /// The strings of a cell: one, or those of an array of strings; empty for null.
  public func strings(_ row: Int) -> [String] {
    if isNull(row) { return [] }
    guard storage.layout.kind == .text else { return string(row).map { [$0] } ?? [] }
    return storage.elements(row).map { string(element: $0) }
  }

  /// The numbers of a cell; null elements are NaN, a null cell is empty, complex numbers give two each.
  public func doubles(_ row: Int) -> [Double] {
    if storage.nulls.bit(row) { return [] }
    let elements = storage.elements(row)
    if storage.layout.kind == .text {
      guard let first = elements.first else { return [] }
      let bytes = storage.text(first)
      guard let start = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return [] }
      return NumberText.doubles(start, bytes.count)
    }
    return elements.map { storage.elementNulls.bit($0) ? .nan : storage.number($0) }
  }

  /// The integers of a cell; `nil` for null elements; empty for a null cell and for what is no integer.
  public func integers(_ row: Int) -> [Int?] {
    if storage.nulls.bit(row) { return [] }
    return storage.elements(row).map { element in
      storage.elementNulls.bit(element)
        ? nil
        : storage.integer(element)
          ?? (storage.layout.kind == .text ? nil : Int(exactly: storage.number(element)))
    }
  }

  /// The truth values of a cell of booleans or bits; `nil` for null elements.
  public func booleans(_ row: Int) -> [Bool?] {
    guard !storage.nulls.bit(row), storage.layout.kind == .boolean || storage.layout.kind == .bit else {
      return []
    }
    return storage.elements(row).map {
      storage.elementNulls.bit($0) ? nil : storage.values.load($0, as: UInt8.self) != 0
    }
  }

  /// The first element of every row; NaN for null.
  ///
  /// - Complexity: O(rows)
  public var doubleValues: [Double] { (0..<rowCount).map { double($0) ?? .nan } }

  /// The text of every row; empty for null.
  ///
  /// - Complexity: O(rows)
  public var stringValues: [String] { (0..<rowCount).map { string($0) ?? "" } }

  private func string(element: Int) -> String {
    String(decoding: storage.text(element), as: UTF8.self)
  }
}
