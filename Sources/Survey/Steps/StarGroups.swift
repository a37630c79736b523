import Crossmatch

/// Tells which spectra are of one star: positions within 3 arcsec, else the target's name.
///
/// Spectra are split by star, never by spectrum: a network that has seen a star recognises it again.
enum StarGroups {
  /// Largest separation of two spectra of one star, arcsec.
  static let radius = 3.0

  /// Numbers the stars of some spectra.
  ///
  /// - Returns: a number a spectrum, in their order; equal numbers mean one star.
  static func number(_ records: [SpectrumRecord]) throws(SurveyError) -> [Int] {
    var parent = Array(records.indices)
    func root(_ index: Int) -> Int {
      var index = index
      while parent[index] != index {
        parent[index] = parent[parent[index]]
        index = parent[index]
      }
      return index
    }
    func join(_ one: Int, _ other: Int) {
      let (low, high) = (min(root(one), root(other)), max(root(one), root(other)))
      parent[high] = low
    }
    let ra = records.map { $0.ra ?? .nan }
    let dec = records.map { $0.dec ?? .nan }
    let near = try surveyed(.service, "cannot group the spectra by star") {
      try Matcher(radiusArcsec: radius, mode: .all).match(
        leftRA: ra, leftDec: dec, rightRA: ra, rightDec: dec)
    }
    for pair in near.pairs { join(Int(pair.left), Int(pair.right)) }
    var named: [String: Int] = [:]
    for (index, record) in records.enumerated() where record.ra == nil || record.dec == nil {
      guard let target = record.target, !target.isEmpty else { continue }
      if let first = named[target] { join(first, index) } else { named[target] = index }
    }
    return records.indices.map(root)
  }
}
