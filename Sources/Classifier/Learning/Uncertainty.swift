#if canImport(Glibc)
  import Glibc
#endif

/// How unsure probabilities are.
public enum Uncertainty {
  /// Entropy −Σ p·ln p of each row (nats), 0…ln `classCount`.
  ///
  /// - Parameter probabilities: rows × `classCount`, row after row
  public static func entropy(_ probabilities: [Float], classCount: Int) -> [Float] {
    rows(probabilities, classCount) { line in
      -line.reduce(0) { $1 > 0 ? $0 + $1 * logf($1) : $0 }
    }
  }

  /// Highest probability of each row less the second highest, 0…1; small where two classes compete.
  ///
  /// - Parameter probabilities: rows × `classCount`, row after row
  public static func margin(_ probabilities: [Float], classCount: Int) -> [Float] {
    rows(probabilities, classCount) { line in
      var (first, second) = (-Float.infinity, -Float.infinity)
      for value in line {
        if value > first { (first, second) = (value, first) } else if value > second { second = value }
      }
      return first - second
    }
  }

  /// How much networks disagree of each row: entropy of their mean less the mean of their entropies (nats).
  ///
  /// The mutual information of class and network, 0…ln `classCount`: 0 where all say the same, however unsure.
  ///
  /// - Parameter members: what each network says, rows × `classCount`, row after row
  public static func disagreement(_ members: [[Float]], classCount: Int) -> [Float] {
    guard let first = members.first else { return [] }
    var mean = [Float](repeating: 0, count: first.count)
    var inner = [Float](repeating: 0, count: first.count / classCount)
    let share = 1 / Float(members.count)
    for member in members {
      for index in mean.indices { mean[index] += share * member[index] }
      for (row, value) in entropy(member, classCount: classCount).enumerated() { inner[row] += share * value }
    }
    return zip(entropy(mean, classCount: classCount), inner).map { max(0, $0 - $1) }
  }

  private static func rows(
    _ probabilities: [Float], _ classCount: Int, _ measure: (ArraySlice<Float>) -> Float
  ) -> [Float] {
    precondition(classCount >= 2 && probabilities.count % classCount == 0, "probabilities are not whole rows")
    return stride(from: 0, to: probabilities.count, by: classCount).map {
      measure(probabilities[$0..<$0 + classCount])
    }
  }
}
