import Foundation
import Tables

/// The candidates spectrum by spectrum.
struct CandidateTable {
  let candidates: [Candidate]
  let columns: CandidateColumns
  let matches: [String]
  /// Whether stars were numbered.
  var hasStars: Bool { candidates.contains { $0.star != nil } }

  var table: Table {
    let names = columns.classSet.names
    var all =
      columns.identity(candidates)
      + [
        columns.number("date_obs", "time.epoch;obs", "d", "Mid-observation, MJD", candidates) { $0.dateObs },
        columns.number("snr", "stat.snr", nil, "Signal to noise near Hα", candidates) { $0.snr },
        columns.text(
          "class", "meta.code.class", "Class the network gives it, or a person where one looked", candidates
        ) { names[$0.classIndex] },
      ]
    for (index, name) in names.enumerated() {
      all.append(
        columns.number(
          "p_" + name.replacing("-", with: "_"), "stat.probability", nil, "Probability of class \(name)",
          candidates
        ) { Double($0.probabilities[index]) })
    }
    all.append(
      columns.number(
        "entropy", "stat.value", nil, "Entropy of the probabilities, nats: 0 for sure", candidates
      ) { $0.entropy })
    all += columns.judgement(candidates)
    if hasStars {
      all.append(
        Column(
          Field(
            name: "star", datatype: .int, ucd: "meta.id.parent",
            description: "Number of the star in this file: equal for spectra of one star"),
          ints: candidates.map { Int32(clamping: $0.star?.number ?? -1) }))
    }
    all += columns.knowledge(candidates)
    for name in matches {
      let stem = "match_" + String(name.map { $0.isLetter || $0.isNumber ? $0 : "_" })
      all.append(
        columns.text(stem + "_id", "meta.id.cross", "Nearest partner in match \(name)", candidates) {
          $0.partners[name]?.label ?? ""
        })
      all.append(
        columns.number(stem + "_sep", "pos.angDistance", "arcsec", "Separation of that partner", candidates) {
          $0.partners[name]?.separation
        })
    }
    var table = Table(columns: all + columns.simulation(candidates))
    table.name = "candidates"
    return table
  }
}
