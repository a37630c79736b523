#if canImport(Glibc)
  import Glibc
#endif

/// How many of the candidates down to a probability are likely to be right.
///
/// The network's probabilities hold for the shares of the classes it was trained on, not for a survey where emission is rare.
/// Where an audit has measured the precision, all log-odds are shifted by one amount so that the mean over the candidates
/// is what was measured (a change of the prior, as of Saerens et al. 2002); where none has, they are taken as they are.
struct ExpectedPrecision: Sendable {
  /// What is added to the log-odds.
  let shift: Double

  /// - Parameters:
  ///   - probabilities: of not being background, of the candidates that no person has seen, 0…1
  ///   - precision: share of them that is right, as an audit says; nil for none
  init(probabilities: [Double], precision: Double?) {
    guard let precision, !probabilities.isEmpty else {
      shift = 0
      return
    }
    let goal = min(max(precision, 1e-4), 1 - 1e-4)
    var (low, high) = (-40.0, 40.0)
    for _ in 0..<60 {
      let middle = (low + high) / 2
      let mean = probabilities.reduce(0) { $0 + Self.shifted($1, by: middle) } / Double(probabilities.count)
      if mean < goal { low = middle } else { high = middle }
    }
    shift = (low + high) / 2
  }

  /// The probability after the shift.
  func corrected(_ probability: Double) -> Double { Self.shifted(probability, by: shift) }

  /// Expected precision down to each candidate.
  ///
  /// - Parameter ranked: probabilities of candidates, the surest first; 1 where a person said so
  func cumulative(_ ranked: [(probability: Double, isSure: Bool)]) -> [Double] {
    var sum = 0.0
    return ranked.enumerated().map { place, entry in
      sum += entry.isSure ? 1 : corrected(entry.probability)
      return sum / Double(place + 1)
    }
  }

  private static func shifted(_ probability: Double, by shift: Double) -> Double {
    // Beyond these the float's last digits say nothing of the odds.
    let p = min(max(probability, 1e-7), 1 - 1e-7)
    return 1 / (1 + exp(-(log(p / (1 - p)) + shift)))
  }
}
