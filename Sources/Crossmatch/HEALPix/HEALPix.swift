/// The HEALPix tessellation of the sphere at one order, NESTED numbering.
///
/// The sphere is cut into 12 base cells, each into 4^order cells of equal area. Cells are numbered along a Z-order curve
/// within their base cell, so the four children of cell p are 4p…4p+3 of the next order, and whatever lies in a cell
/// is one range of cells of every higher order.
///
/// ```swift
/// let healpix = HEALPix(order: 12)
/// let cell = healpix.cell(ra: 56.75, dec: 24.117)
/// let around = healpix.coverage(ra: 56.75, dec: 24.117, radius: 0.5)
/// ```
///
/// Angles are degrees throughout. K. M. Górski et al. 2005, ApJ 622, 759; the functions that are not in the paper
/// (neighbours, coverage of cones and polygons, bounding cones) are derived in place.
public struct HEALPix: Sendable, Hashable {
  /// The deepest order whose cell numbers fit the formats of the Virtual Observatory: cells of 0.4 mas.
  public static let maximumOrder = 29

  /// The order, 0…29.
  public let order: Int

  /// The tessellation of an order.
  ///
  /// - Parameter order: 0…29; anything else is a programming error and traps.
  public init(order: Int) {
    precondition(0...Self.maximumOrder ~= order, "HEALPix order \(order) is not in 0…29")
    self.order = order
  }

  /// Cells along the side of a base cell: 2^order.
  public var nside: Int { 1 << order }

  /// Number of cells: 12·4^order.
  public var cellCount: UInt64 { 12 << UInt64(2 * order) }

  /// Area of every cell, square degrees.
  public var cellArea: Double { 41252.96124941928 / Double(cellCount) }

  /// Side of a square of the area of a cell, degrees: the usual figure for the resolution.
  public var resolution: Double { cellArea.squareRoot() }

  /// Whether the number is one of a cell of this order.
  public func contains(_ cell: UInt64) -> Bool { cell < cellCount }

  // MARK: Hierarchy

  /// The four cells of the next order that make up a cell.
  ///
  /// - Complexity: O(1).
  public static func children(of cell: UInt64) -> Range<UInt64> { 4 * cell..<4 * cell + 4 }

  /// The cell of the order before that holds a cell.
  ///
  /// - Complexity: O(1).
  public static func parent(of cell: UInt64) -> UInt64 { cell >> 2 }

  /// The cells of another order within a cell (one cell, if the order is not higher).
  ///
  /// - Parameters:
  ///   - cell: a cell of this order
  ///   - order: 0…29
  /// - Complexity: O(1).
  public func cells(of cell: UInt64, atOrder order: Int) -> Range<UInt64> {
    precondition(0...Self.maximumOrder ~= order, "HEALPix order \(order) is not in 0…29")
    if order < self.order {
      let c = cell >> UInt64(2 * (self.order - order))
      return c..<c + 1
    }
    let shift = UInt64(2 * (order - self.order))
    return cell << shift..<(cell + 1) << shift
  }

  /// The order-29 cells within a cell, the unit in which MOCs and indexes count.
  ///
  /// - Complexity: O(1).
  public func range(of cell: UInt64) -> Range<UInt64> { cells(of: cell, atOrder: Self.maximumOrder) }

  // MARK: Unique numbers

  /// Order and cell in one number: 4·4^order + cell (MOC 2.0, §4.3.3, NUNIQ).
  public func uniq(of cell: UInt64) -> UInt64 { (4 << UInt64(2 * order)) + cell }

  /// Order and cell of a NUNIQ number; nil if it is none.
  ///
  /// - Complexity: O(1).
  public static func cell(uniq: UInt64) -> (order: Int, cell: UInt64)? {
    guard uniq >= 4 else { return nil }
    let order = (61 - uniq.leadingZeroBitCount) / 2
    let cell = uniq - (4 << UInt64(2 * order))
    guard order <= maximumOrder, cell < 12 << UInt64(2 * order) else { return nil }
    return (order, cell)
  }

  /// Order and cell in one number that sorts along the Z-order curve: the middle of the cell's range, doubled
  /// (MOC 2.0, §4.3.3, ZUNIQ).
  public func zuniq(of cell: UInt64) -> UInt64 { (2 * cell + 1) << UInt64(2 * (Self.maximumOrder - order)) }
}
