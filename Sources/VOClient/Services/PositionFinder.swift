internal import Tables

/// A place in an answer where the position of a row stands; answers have several, of different precision.
struct PositionFinder {
  private enum Source {
    case pair(CellFinder)
    case two(CellFinder, CellFinder)
  }

  private let source: Source

  /// All places, the best first.
  ///
  /// The point column of DaCHS (`ssa_location`, doubles) goes first whatever its utype, which was not that of SSA
  /// until 2017; LAMOST gives the utypes of the two single columns twice. Then columns by the utypes of SSA,
  /// doubles before floats, then by the usual names and UCDs, and at last the position of the object.
  static func all(in table: Table) -> [PositionFinder] {
    let location = "Char.SpatialAxis.Coverage.Location.Value"
    let point = table.finder(name: "ssa_location")
    let byUtype = table.finder(utype: location)
    let single = table.finder(utype: location + ".C1")
    let singleDec = table.finder(utype: location + ".C2")
    var found: [(finder: PositionFinder, isDouble: Bool)] = []
    func add(_ pair: CellFinder) {
      guard pair.exists else { return }
      found.append((PositionFinder(source: .pair(pair)), pair.field?.datatype != .float))
    }
    func add(_ ra: CellFinder, _ dec: CellFinder) {
      guard ra.exists, dec.exists else { return }
      found.append((PositionFinder(source: .two(ra, dec)), ra.field?.datatype != .float))
    }
    add(point)
    add(byUtype)
    add(single, singleDec)
    add(table.finder(name: "location_ra"), table.finder(name: "location_dec"))
    found = found.filter(\.isDouble) + found.filter { !$0.isDouble }
    add(table.finder(utype: "Target.Pos"))
    add(table.finder(utype: "Target.Pos.C1"), table.finder(utype: "Target.Pos.C2"))
    add(table.finder(ucd: "pos.eq.ra;meta.main"), table.finder(ucd: "pos.eq.dec;meta.main"))
    add(table.finder(ucd: "POS_EQ_RA_MAIN"), table.finder(ucd: "POS_EQ_DEC_MAIN"))
    add(table.finder(name: "s_ra"), table.finder(name: "s_dec"))
    return found.map(\.finder)
  }

  /// The position of a row in degrees; `nil` if there is none or it is not on the sky.
  func position(_ row: Int) -> (ra: Double, dec: Double)? {
    let ra: Double
    let dec: Double
    switch source {
    case .two(let first, let second):
      guard let one = first.double(row), let two = second.double(row) else { return nil }
      (ra, dec) = (one, two)
    case .pair(let finder):
      var numbers = finder.doubles(row)
      if numbers.count < 2, let text = finder.string(row) {
        // TAP tables of old DaCHS servers: "Position ICRS 345.02 56.94".
        numbers = text.split { $0.isWhitespace || $0 == "," || $0 == "(" || $0 == ")" }.compactMap {
          Double($0)
        }
      }
      guard numbers.count == 2 else { return nil }
      (ra, dec) = (numbers[0], numbers[1])
    }
    guard ra >= -360, ra <= 360, dec >= -90, dec <= 90 else { return nil }
    let turned = ra < 0 ? ra + 360 : ra
    return (turned == 360 ? 0 : turned, dec)
  }
}
