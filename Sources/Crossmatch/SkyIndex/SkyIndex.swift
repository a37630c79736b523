/// Positions sorted along the sky, to be asked again and again: what is within a cone, in a region, nearest.
///
/// Rows are kept by their order-29 NESTED cell, so that whatever lies in a cell of any order is one run of entries; a
/// table of offsets finds the run. An index may consist of several such segments, which is how rows are added without
/// sorting the old ones again.
///
/// ```swift
/// let index = SkyIndex(ra: catalogue.ra, dec: catalogue.dec)
/// for hit in index.cone(ra: 56.75, dec: 24.117, radius: 0.5) { print(hit.row, hit.separation) }
/// ```
public struct SkyIndex: Sendable {
  var segments: [IndexSegment]

  /// Rows that were given, with those that were skipped.
  public internal(set) var rowCount: Int

  /// First byte after the last segment of the file the index was opened from.
  var fileEnd = 0

  /// Where the index comes from: file names, checksum, epoch.
  public var provenance = IndexProvenance()

  /// Indexes a table of positions in degrees.
  ///
  /// Rows that are no position (NaN, declination beyond ±90°, right ascension beyond −360…720°) are left out and
  /// counted in ``skippedCount``.
  ///
  /// - Parameters:
  ///   - ra: right ascensions, degrees
  ///   - dec: declinations, degrees; as many, anything else is a programming error and traps
  /// - Complexity: O(n), some 0.1 µs a row; 32 bytes a row.
  public init(ra: [Double], dec: [Double]) {
    segments = []
    rowCount = 0
    append(ra: ra, dec: dec)
  }

  /// Adds rows, numbered from ``rowCount`` on, as a segment of their own.
  ///
  /// - Complexity: O(m) in the number of new rows, whatever there is already.
  public mutating func append(ra: [Double], dec: [Double]) {
    precondition(ra.count == dec.count, "\(ra.count) right ascensions and \(dec.count) declinations")
    precondition(ra.count < UInt32.max, "a segment of more than 2³² − 2 rows")
    let first = rowCount
    var cells: [UInt64] = []
    var rows: [UInt32] = []
    cells.reserveCapacity(ra.count)
    rows.reserveCapacity(ra.count)
    CellBatch.forEachBlock(ra, dec) { first, batch in
      for k in 0..<batch.count where batch[k] != CellBatch.noCell {
        cells.append(batch[k])
        rows.append(UInt32(first + k))
      }
    }
    CellSort.sort(&cells, with: &rows, bits: 62)
    rowCount += ra.count
    let columns = IndexColumns(sorted: cells, rows: rows, firstRow: first, ra: ra, dec: dec)
    segments.append(IndexSegment(columns: columns, givenRows: ra.count))
  }

  /// Rows that can be found.
  public var count: Int { segments.reduce(0) { $0 + $1.columns.count } }

  /// Rows left out because they are no position.
  public var skippedCount: Int { rowCount - count }

  /// The cells of order 10 that hold a row.
  public var coverage: MOC {
    segments.reduce(MOC(order: IndexSegment.coverageOrder)) { $0.union($1.coverage) }
  }
}

/// A row found in an index.
public struct IndexHit: Sendable, Hashable {
  /// Row of the table, from 0.
  public var row: Int

  /// Separation from the position asked for, degrees.
  public var separation: Double

  /// A row and its separation in degrees.
  public init(row: Int, separation: Double) {
    self.row = row
    self.separation = separation
  }
}

/// Where an index comes from.
public struct IndexProvenance: Sendable, Hashable {
  /// File or service the positions were read from.
  public var source: String?
  /// Checksum of the source, in whatever form its maker has it.
  public var sourceChecksum: String?
  /// Epoch of the positions, Julian year.
  public var epoch: Double?

  /// Where an index comes from; what is not known is nil.
  public init(source: String? = nil, sourceChecksum: String? = nil, epoch: Double? = nil) {
    self.source = source
    self.sourceChecksum = sourceChecksum
    self.epoch = epoch
  }
}
