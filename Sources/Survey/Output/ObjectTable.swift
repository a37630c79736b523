import Foundation
import Tables

/// The candidates star by star: all visits of a star in one row.
struct ObjectTable {
  let columns: CandidateColumns
  /// The candidates of each star, the surest first; stars by their surest.
  let stars: [[Candidate]]

  /// - Parameter candidates: the surest first, with their stars.
  init(_ candidates: [Candidate], columns: CandidateColumns) {
    self.columns = columns
    var place: [Int: Int] = [:]
    var stars: [[Candidate]] = []
    for candidate in candidates {
      let number = candidate.star?.number ?? -1 - stars.count
      if let index = place[number] {
        stars[index].append(candidate)
      } else {
        place[number] = stars.count
        stars.append([candidate])
      }
    }
    self.stars = stars
  }

  /// Stars that no published list has at the place of any of their spectra.
  var new: ObjectTable {
    ObjectTable(stars.filter { $0.allSatisfy(\.known.isEmpty) }.flatMap(\.self), columns: columns)
  }

  var table: Table {
    let surest = stars.compactMap(\.first)
    func number(
      _ name: String, _ ucd: String, _ unit: String?, _ what: String, _ value: ([Candidate]) -> Double?
    ) -> Column {
      Column(
        Field(name: name, unit: unit, ucd: ucd, description: what), doubles: stars.map { value($0) ?? .nan })
    }
    func count(_ name: String, _ what: String, _ value: ([Candidate]) -> Int) -> Column {
      Column(
        Field(name: name, datatype: .int, ucd: "meta.number;obs", description: what),
        ints: stars.map { Int32(clamping: value($0)) })
    }
    let names = columns.classSet.names
    var table = Table(
      columns: columns.identity(surest)
        + [
          count("n_spectra", "Spectra of the star that the model has scored") {
            $0.first?.star?.spectra ?? $0.count
          },
          count("n_candidates", "Of these, candidates: the rows of the table of spectra") { $0.count },
          Column(
            .text("class", ucd: "meta.code.class", description: "Class of the surest candidate"),
            strings: surest.map { names[$0.classIndex] }),
          Column(
            .text(
              "classes", ucd: "meta.code.class", description: "Classes of the candidates, with their number"),
            strings: stars.map { candidates in
              names.enumerated().compactMap { index, name in
                let count = candidates.count { $0.classIndex == index }
                return count > 0 ? "\(name):\(count)" : nil
              }.joined(separator: " ")
            }),
          number(
            "p_positive", "stat.probability;stat.max", nil, "Greatest probability of not being background"
          ) {
            $0.first.map { $0.probability(background: columns.classSet.background) }
          },
          number("date_first", "time.epoch;stat.min", "d", "First candidate, mid-observation, MJD") {
            $0.compactMap(\.dateObs).min()
          },
          number("date_last", "time.epoch;stat.max", "d", "Last candidate, mid-observation, MJD") {
            $0.compactMap(\.dateObs).max()
          },
          number("snr", "stat.snr;stat.max", nil, "Greatest signal to noise near Hα") {
            $0.compactMap(\.snr).max()
          },
        ] + columns.judgement(surest) + columns.knowledge(surest) + columns.simulation(surest))
    table.name = "objects"
    return table
  }
}
