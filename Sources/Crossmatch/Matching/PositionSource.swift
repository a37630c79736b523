/// A table of positions that is read a block of rows at a time, so that it never has to be in memory as a whole.
public protocol PositionSource: Sendable {
  /// Number of rows.
  var rowCount: Int { get }

  /// Hands over right ascensions and declinations, degrees, of some rows; NaN stands for null.
  ///
  /// Called from several threads at once, and more than once for the same rows.
  ///
  /// - Parameters:
  ///   - rows: rows from 0; never more than a few thousand
  ///   - body: gets one value per row in both columns
  func withPositions(_ rows: Range<Int>, _ body: (_ ra: Span<Double>, _ dec: Span<Double>) -> Void)

  /// Says that some rows will not be asked for again soon; memory they take may be given back.
  func release(_ rows: Range<Int>)
}

extension PositionSource {
  /// Keeps everything.
  public func release(_ rows: Range<Int>) {}
}

/// Positions in two arrays.
public struct PositionArrays: PositionSource {
  /// Right ascensions, degrees.
  public let ra: [Double]
  /// Declinations, degrees.
  public let dec: [Double]

  /// Positions from two columns of degrees of the same length.
  ///
  /// - Throws: ``CrossmatchError`` `XMA-01` if the columns differ in length
  public init(ra: [Double], dec: [Double]) throws(CrossmatchError) {
    guard ra.count == dec.count else {
      throw CrossmatchError(
        .columns, "\(ra.count) right ascensions and \(dec.count) declinations",
        hint: "every row needs one of each, NaN where it is not known")
    }
    self.ra = ra
    self.dec = dec
  }

  /// The positions of another source, read into memory.
  public init(_ source: any PositionSource) {
    var (ra, dec) = ([Double](), [Double]())
    ra.reserveCapacity(source.rowCount)
    dec.reserveCapacity(source.rowCount)
    for start in stride(from: 0, to: source.rowCount, by: 4096) {
      let rows = start..<min(start + 4096, source.rowCount)
      source.withPositions(rows) { a, d in
        for k in 0..<a.count {
          ra.append(a[k])
          dec.append(d[k])
        }
      }
      source.release(rows)
    }
    self.ra = ra
    self.dec = dec
  }

  /// Number of rows.
  public var rowCount: Int { ra.count }

  /// Hands over some rows without copying them.
  public func withPositions(_ rows: Range<Int>, _ body: (Span<Double>, Span<Double>) -> Void) {
    body(ra.span.extracting(rows), dec.span.extracting(rows))
  }
}
