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
    let label = Field.text(
      "label", ucd: "meta.code.class",
      description: "To be filled in: " + folder.classSet.names.joined(separator: ", "))
    var table = Table(
      columns: SpectraTable.columns(of: shuffled.map(\.spectrum))
        + [Column(label, strings: shuffled.map { _ in "" })])
    table.name = "round"
    let path = folder.path + "/round-\(round).vot"
    try OutputTable.write(table, to: path, infos: [("votrawl.round", "\(round)")])
    return path
  }
}
