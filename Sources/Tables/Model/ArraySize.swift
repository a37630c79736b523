/// The shape of a cell: the `arraysize` attribute (VOTable 1.4 §2.2).
///
/// `3` is a fixed array, `*` a variable one, `12*` a variable one of at most 12 elements, `3x4` a matrix,
/// `3x*` a list of vectors. The first axis varies fastest. For text the first axis is the length of the strings.
public struct ArraySize: Sendable, Hashable, CustomStringConvertible {
  /// The lengths of the axes, fastest first; without the last one where that is variable.
  public var fixedAxes: [Int]
  /// Whether the last axis is variable (`*`).
  public var isVariable: Bool
  /// The greatest length of the variable axis (`12*`), if one is stated.
  public var limit: Int?

  /// A single element: no `arraysize` attribute.
  public static let scalar = ArraySize(fixedAxes: [], isVariable: false)
  /// One axis of any length (`*`).
  ///
  /// A text column of this shape holds one string a cell.
  public static let variable = ArraySize(fixedAxes: [], isVariable: true)
  /// One axis of `length` elements.
  public static func fixed(_ length: Int) -> ArraySize { ArraySize(fixedAxes: [length], isVariable: false) }

  /// Makes a shape from its axes.
  public init(fixedAxes: [Int], isVariable: Bool, limit: Int? = nil) {
    self.fixedAxes = fixedAxes
    self.isVariable = isVariable
    self.limit = limit
  }

  /// Reads the attribute's text; `nil` where it is no shape (`""`, `"m"`, a negative or monstrous length).
  public init?(_ text: String) {
    let compact = text.filter { !$0.isWhitespace }
    guard !compact.isEmpty else { return nil }
    var axes: [Int] = []
    var isVariable = false
    var limit: Int?
    var product = 1
    let parts = compact.split(separator: "x", omittingEmptySubsequences: false)
    for (index, part) in parts.enumerated() {
      if part.hasSuffix("*") {
        guard index == parts.count - 1 else { return nil }
        isVariable = true
        let number = part.dropLast()
        if !number.isEmpty {
          guard let value = Int(number), value >= 0 else { return nil }
          limit = value
        }
        continue
      }
      guard let value = Int(part), value >= 0 else { return nil }
      let (next, overflow) = product.multipliedReportingOverflow(by: max(value, 1))
      guard !overflow, next <= 1 << 32 else { return nil }
      product = next
      axes.append(value)
    }
    self.init(fixedAxes: axes, isVariable: isVariable, limit: limit)
  }

  /// Whether a cell holds one element.
  public var isScalar: Bool { fixedAxes.isEmpty && !isVariable }

  /// The number of elements of a cell, or `nil` where it varies.
  public var count: Int? { isVariable ? nil : fixedAxes.reduce(1, *) }

  /// The attribute's text; empty for a scalar.
  public var description: String {
    var parts = fixedAxes.map(String.init)
    if isVariable { parts.append((limit.map(String.init) ?? "") + "*") }
    return parts.joined(separator: "x")
  }
}
