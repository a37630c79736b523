import Crossmatch
import Tables

/// The pairs of a match as a table: both positions, what each side calls its row, and the separation.
struct PairTable {
  let left: Match.Side
  let right: Match.Side
  let result: MatchResult
  let options: Match.Options
  let name: String

  func write(to path: String) throws(SurveyError) {
    let pairs = result.pairs
    let lefts = pairs.map { Int($0.left) }
    let rights = pairs.map { Int($0.right) }
    let coosys = "icrs"
    func degrees(_ name: String, _ ucd: String, _ values: [Double], _ what: String) -> Column {
      Column(
        Field(name: name, unit: "deg", ucd: ucd, ref: coosys, description: what), doubles: values)
    }
    var table = Table(columns: [
      Column(
        .text("left_id", ucd: "meta.id;meta.main", description: "\(left.name): publisher DID"),
        strings: lefts.map { left.labels[$0] }),
      degrees("left_ra", "pos.eq.ra;meta.main", lefts.map { left.ra[$0] }, "\(left.name): right ascension"),
      degrees("left_dec", "pos.eq.dec;meta.main", lefts.map { left.dec[$0] }, "\(left.name): declination"),
      Column(
        .text(
          "right_id", ucd: "meta.id",
          description: "\(right.name): \(right.isFile ? "identifier or row" : "publisher DID")"),
        strings: rights.map { right.labels[$0] }),
      degrees("right_ra", "pos.eq.ra", rights.map { right.ra[$0] }, "\(right.name): right ascension"),
      degrees("right_dec", "pos.eq.dec", rights.map { right.dec[$0] }, "\(right.name): declination"),
      Column(
        Field(
          name: "separation", unit: "arcsec", ucd: "pos.angDistance",
          description: "Angular separation"), doubles: pairs.map(\.separation)),
    ])
    table.name = "match"
    table.description = "\(name): pairs within \(options.radius) arcsec, mode \(options.mode)"
    try OutputTable.write(
      table, to: path,
      infos: [
        ("match.checksum", "\(result.report.checksum)"),
        ("match.radius", "\(options.radius) arcsec"), ("match.mode", "\(options.mode)"),
      ])
  }
}
