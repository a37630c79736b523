extension SkyIndex {
  /// The rows within a radius of a position, nearest first, equally near ones by row.
  ///
  /// - Parameters:
  ///   - ra: right ascension of the centre, degrees
  ///   - dec: declination of the centre, degrees
  ///   - radius: degrees; rows at exactly the radius are within
  /// - Returns: rows and separations in degrees; nothing if the centre is no position.
  /// - Complexity: some microseconds, and some 10 ns for each row nearby.
  public func cone(ra: Double, dec: Double, radius: Double) -> [IndexHit] {
    found(ra, dec, radius).map { IndexHit(row: $0.row, separation: Haversine.degrees($0.haversine)) }
  }

  /// The nearest row, the first of equally near ones; nil if there is none within `radius`.
  ///
  /// - Parameters:
  ///   - ra: right ascension, degrees
  ///   - dec: declination, degrees
  ///   - radius: how far to look, degrees; the whole sky if left out
  /// - Complexity: some microseconds where the catalogue is dense.
  public func nearest(ra: Double, dec: Double, radius: Double = 180) -> IndexHit? {
    nearest(1, ra: ra, dec: dec, radius: radius).first
  }

  /// The `count` nearest rows, nearest first, equally near ones by row.
  ///
  /// Cones of growing radius are searched until one holds enough rows.
  public func nearest(_ count: Int, ra: Double, dec: Double, radius: Double = 180) -> [IndexHit] {
    guard count > 0, self.count > 0 else { return [] }
    // A cone that holds the number of rows asked for, were the catalogue spread evenly over the cells it covers.
    let area = segments.reduce(0) { $0 + $1.coveredArea }
    var reach = max((Double(count) * area / Double(self.count)).squareRoot(), 1e-9)
    while reach < radius {
      let hits = cone(ra: ra, dec: dec, radius: reach)
      if hits.count >= count { return Array(hits.prefix(count)) }
      reach *= 2
    }
    return Array(cone(ra: ra, dec: dec, radius: radius).prefix(count))
  }

  /// The rows in the cells of a MOC, ascending along the Z-order curve within each segment.
  ///
  /// - Complexity: O(ranges · log n + rows found).
  public func rows(in region: MOC) -> [Int] {
    var rows: [Int] = []
    for s in segments {
      for r in region.intersection(s.coverage).ranges {
        for k in s.entries(in: r) { rows.append(s.columns.row(k)) }
      }
    }
    return rows
  }

  /// Hands over every entry, cell by cell along the Z-order curve within each segment.
  ///
  /// - Parameter body: gets the row, the position in degrees and the order-29 cell.
  public func forEach(_ body: (_ row: Int, _ position: SkyPosition, _ cell: UInt64) throws -> Void) rethrows {
    for s in segments {
      for k in 0..<s.columns.count {
        let c = s.columns
        try body(c.row(k), SkyPosition(ra: c.ra(k), dec: c.dec(k)), c.cell(k))
      }
    }
  }

  private func found(_ ra: Double, _ dec: Double, _ radius: Double) -> [(row: Int, haversine: Double)] {
    guard SkyPosition.isValid(ra: ra, dec: dec), radius >= 0 else { return [] }
    let decision = RadiusDecision(radius: radius)
    var order = HEALPix.maximumOrder - 3
    while order > 0 && HEALPix(order: order).resolution < 0.5 * radius { order -= 1 }
    var hits: [(row: Int, haversine: Double)] = []
    let shift = UInt64(2 * (HEALPix.maximumOrder - order))
    // A hair wider: a position on the edge of a cell may be filed on either side.
    HEALPix(order: order).visitCone(
      ra: ra, dec: dec, radius: radius * (1 + 1e-9) + 1e-12, isGenerous: true
    ) { cells, _ in
      for s in segments {
        for k in s.entries(in: cells.lowerBound << shift..<cells.upperBound << shift) {
          let (a, d) = (s.columns.ra(k), s.columns.dec(k))
          let h = Haversine.between(a, d, ra, dec)
          if decision.isWithin(h, a, d, ra, dec) { hits.append((s.columns.row(k), h)) }
        }
      }
    }
    return hits.sorted { $0.haversine != $1.haversine ? $0.haversine < $1.haversine : $0.row < $1.row }
  }
}
