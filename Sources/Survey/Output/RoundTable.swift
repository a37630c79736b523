import Tables

/// What a round of active learning asks, as a table to label in.
public struct RoundTable {
  let folder: SurveyFolder
  let round: Int
  let items: [LearnRound.Item]

  /// Prepares the table of a round.
  public init(_ folder: SurveyFolder, round: Int, items: [LearnRound.Item]) {
    self.folder = folder
    self.round = round
    self.items = items
  }

  /// Writes `round-n.vot` in the survey.
  ///
  /// The network's guess is not in it: it would sway the answer.
  ///
  /// - Returns: its path.
  public func write() throws(SurveyError) -> String {
    // One order for both purposes, so that the place in the table does not tell them apart.
    let shuffled = items.sorted {
      Checksum.fnv1a(Array($0.spectrum.did.utf8)) < Checksum.fnv1a(Array($1.spectrum.did.utf8))
    }
    func text(_ name: String, _ ucd: String, _ what: String, _ value: (LearnRound.Item) -> String) -> Column {
      Column(
        .text(name, ucd: ucd, description: what), strings: shuffled.map(value))
    }
    func degrees(_ name: String, _ ucd: String, _ value: (LearnRound.Item) -> Double?) -> Column {
      Column(
        Field(name: name, unit: "deg", ucd: ucd, ref: "icrs"), doubles: shuffled.map { value($0) ?? .nan })
    }
    var table = Table(columns: [
      text("designation", "meta.id", "Target name, or IAU-style designation") { $0.spectrum.designation },
      degrees("ra", "pos.eq.ra;meta.main") { $0.spectrum.ra },
      degrees("dec", "pos.eq.dec;meta.main") { $0.spectrum.dec },
      text("collection", "meta.dataset", "Collection") { $0.spectrum.collection },
      text("pub_did", "meta.id;meta.main", "Publisher DID") { $0.spectrum.did },
      text("access_url", "meta.ref.url", "Where the spectrum is") { $0.spectrum.accessURL ?? "" },
      text("label", "meta.code.class", "To be filled in: " + folder.classSet.names.joined(separator: ", ")) {
        _ in ""
      },
    ])
    table.name = "round"
    let path = folder.path + "/round-\(round).vot"
    try OutputTable.write(table, to: path, infos: [("votrawl.round", "\(round)")])
    return path
  }
}
