import Classifier

/// Words and tables of an evaluation, for the terminal and the page.
public enum EvaluationText {
  /// The numbers of first spectra whose precision is told.
  static let firsts = [100, 300, 1000]

  /// `0.973 (0.961–0.982)`, or a dash.
  static func estimate(_ found: ScoreRanking.Estimate?) -> String {
    guard let found else { return "–" }
    return
      "\(found.value.formatted(places: 3)) (\(found.low.formatted(places: 3))–\(found.high.formatted(places: 3)))"
  }

  static func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
      .replacing("\"", with: "&quot;")
  }

  /// What was found, as lines with aligned columns.
  public static func table(_ evaluation: Evaluate.Evaluation) -> String {
    var text = "model \(evaluation.model)"
    text += evaluation.trainedOnSimulated ? ", trained on simulated spectra\n" : "\n"
    if let found = evaluation.simulated {
      text +=
        "\nSIMULATED spectra: \(found.whole.survey.spectra.reduce(0, +)) of \(found.whole.survey.stars) stars, seed"
        + " \(found.seeds.first ?? 0); in brackets 95 % intervals over stars\n"
      for (title, figures) in [
        ("survey, \((found.prevalence * 100).formatted(places: 2)) % positive", found.whole.survey),
        ("balanced", found.whole.balanced),
      ] {
        text += aligned(
          [[title, "AP"] + firsts.map { "precision at \($0)" } + ["recall at 90 %"]]
            + figures.rankings.map { ranking in
              [ranking.name, estimate(ranking.averagePrecision)]
                + firsts.map { estimate(ranking.precisionAtFirst["\($0)"]) } + [estimate(ranking.recallAt90)]
            })
      }
      for (title, figures) in [
        ("AP, survey", { (part: SimulatedEvaluation.Part) in part.survey }), ("AP, balanced", \.balanced),
      ] {
        text += aligned(
          [[title] + found.whole.survey.rankings.map(\.name) + ["ECE", "Brier"]]
            + ([found.whole] + found.parts).map { part in
              let part = (name: part.name, figures: figures(part))
              return [part.name] + part.figures.rankings.map { estimate($0.averagePrecision) } + [
                part.figures.reliability.expectedCalibrationError.formatted(places: 4),
                part.figures.reliability.brierScore.formatted(places: 4),
              ]
            })
      }
    }
    if let found = evaluation.simulated { text += aligned(natureCells(found.natures)) }
    if let found = evaluation.real { text += "\n" + real(found) + "\n" }
    if let found = evaluation.pairs {
      text +=
        "\nPAIRS: \(found.agreeing) of \(found.pairs.count) stars have the same class from both telescopes\n"
      for pair in found.pairs where !pair.agrees {
        text += "  \(pair.object ?? pair.sides[0].file): "
        text +=
          pair.sides.map { found.classNames[$0.index] }.joined(separator: " and ") + "; \(pair.explanation)\n"
      }
    }
    if let found = evaluation.comparison {
      text += aligned(
        [
          [
            "SIMULATOR against \(found.realSpectra) real LAMOST spectra",
            "largest difference of the distributions",
          ]
        ]
          + found.quantities.map { [$0.name, $0.distance.formatted(places: 3)] })
    }
    if let rows = evaluation.models { text += "\n" + models(rows) }
    return text
  }

  /// What becomes of each kind of simulated object, the heading first.
  static func natureCells(_ rows: [NatureFigures]) -> [[String]] {
    func percent(_ share: Double?) -> String { share.map { "\(($0 * 100).formatted(places: 1)) %" } ?? "–" }
    return [
      [
        "SIMULATED, by nature", "spectra", "right class", "emission found",
        "without emission, called positive",
      ]
    ]
      + rows.map {
        [$0.nature, "\($0.spectra)", percent($0.right), percent($0.found), percent($0.falseAlarms)]
      }
  }

  /// Models as a table; average precision and calibration are on simulated spectra.
  static func models(_ rows: [ModelComparison.Row]) -> String { aligned(modelCells(rows)) }

  /// The cells of that table, the heading first.
  static func modelCells(_ rows: [ModelComparison.Row]) -> [[String]] {
    func number(_ value: Double?) -> String { value?.formatted(places: 4) ?? "–" }
    func pick(_ values: [Double?], _ place: Int) -> String {
      values.indices.contains(place) ? number(values[place]) : "–"
    }
    return [
      [
        "model", "preset", "balancing", "augmented", "labelled", "simulated LAMOST", "AP emission*",
        "AP double-peak*", "clear: AP emission*", "AP double-peak*", "ECE balanced*", "ECE survey*",
        "real above 97 %",
      ]
    ]
      + rows.map { row in
        [
          row.model, row.preset, row.balancing, row.isAugmented ? "yes" : "no", "\(row.spectra)",
          "\(row.target)",
          pick(row.whole, 0), pick(row.whole, 1), pick(row.clear, 0), pick(row.clear, 1),
          pick(row.calibrationError, 0), pick(row.calibrationError, 1),
          row.realAbove.map { "\(($0 * 100).formatted(places: 1)) %" } ?? "–",
        ]
      }
  }

  /// Two models side by side.
  public static func comparison(_ found: ModelComparison) -> String {
    var text = models(found.rows)
    text += "* SIMULATED spectra: \(found.spectra), seed \(found.seed), equal shares of the classes; clear: "
    text += SimulatedEvaluation.targetPart + "\n"
    text +=
      "same class: \((found.sameClass * 100).formatted(places: 2)) %; largest difference of a probability: "
    text += "\(found.largestDifference)" + (found.isIdentical ? "; the weights are identical" : "") + "\n"
    if !found.differences.isEmpty { text += aligned([["setting", "first", "second"]] + found.differences) }
    return text
  }

  /// What was found on files, in a sentence or two.
  static func real(_ found: RealEvaluation) -> String {
    let real = found.spectra.count - found.simulated
    var text = "REAL spectra: \(real)"
    if found.simulated > 0 {
      text += " (\(found.simulated) more say they are simulated, and are not counted)"
    }
    text +=
      ". Of \(found.emissionStars) stars with EW(Hα) below −2 Å, "
      + (found.above.map { "\(($0 * 100).formatted(places: 1)) %" } ?? "an unknown share")
      + " rank above 97 % of the \(found.otherStars) others"
    if found.unmeasuredStars > 0 { text += "; \(found.unmeasuredStars) stars have no width" }
    return text + "."
  }

  static func aligned(_ rows: [[String]]) -> String {
    let columns = rows.map(\.count).max() ?? 0
    let widths = (0..<columns).map { column in rows.map { $0[column].count }.max() ?? 0 }
    return "\n"
      + rows.map { row in
        row.enumerated().map { column, cell in
          cell + String(repeating: " ", count: column + 1 < columns ? widths[column] + 2 - cell.count : 0)
        }.joined() + "\n"
      }.joined()
  }
}
