public import Classifier

extension EvaluationText {
  /// The steps of an adaptation as a table.
  public static func adaptation(_ found: AdaptationStudy) -> String {
    var text =
      "learned from \(found.source) SIMULATED Ondřejov spectra, means of seeds"
      + " \(found.seeds.map(String.init).joined(separator: ", ")); AP balanced, on \(found.target) SIMULATED LAMOST spectra\n"
    text +=
      "real: mean share of \(found.realStars[1]) other stars below a star with EW(Hα) < −2 Å (\(found.realStars[0]) stars);"
      + " of \(found.pairs) pairs those with one class from both telescopes\n"
    return text
      + aligned(
        [["step", "AP emission, SIMULATED", "AP double-peak, SIMULATED", "real rank", "real pairs"]]
          + found.rows.map { row in
            [row.name] + row.simulated.map { $0.formatted(places: 3) } + [
              row.realRank.map { $0.formatted(places: 3) } ?? "–",
              row.agreeingPairs.map { $0.formatted(places: 1) } ?? "–",
            ]
          })
  }

  /// Published figures and ours, side by side.
  public static func published(_ found: PublishedStudy) -> String {
    var text = "\(found.file): \(found.spectra) spectra, \(found.unknown) left out"
    text += found.isSimulated ? "; they are SIMULATED\n" : "\n"
    return text
      + aligned([["", "published", "here"]] + found.figures.map { [$0.name, $0.published, $0.here] })
  }
}
