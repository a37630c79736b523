/// A column, or a parameter that stands for a column whose cells are all alike.
public struct CellFinder: Sendable {
  private let column: Column?
  private let isConstant: Bool

  init(column: Column?, isConstant: Bool) {
    self.column = column
    self.isConstant = isConstant
  }

  /// Whether anything was found; if not, every cell is `nil`.
  public var exists: Bool { column != nil }
  /// What was found.
  public var field: Field? { column?.field }
  /// The unit, as the document has it.
  public var unit: String? { column?.field.unit }
  /// Whether a parameter was found.
  public var isParameter: Bool { column != nil && isConstant }

  /// The cell as text; see ``Column/string(_:)``.
  public func string(_ row: Int) -> String? { column?.string(isConstant ? 0 : row) }
  /// The cell as a number; see ``Column/double(_:)``.
  public func double(_ row: Int) -> Double? { column?.double(isConstant ? 0 : row) }
  /// The cell as an integer; see ``Column/integer(_:)``.
  public func integer(_ row: Int) -> Int? { column?.integer(isConstant ? 0 : row) }
  /// The cell as a truth value; see ``Column/boolean(_:)``.
  public func boolean(_ row: Int) -> Bool? { column?.boolean(isConstant ? 0 : row) }
  /// The numbers of the cell; see ``Column/doubles(_:)``.
  public func doubles(_ row: Int) -> [Double] { column?.doubles(isConstant ? 0 : row) ?? [] }
}
