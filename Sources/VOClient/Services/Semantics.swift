/// The vocabulary of link semantics, `http://www.ivoa.net/rdf/datalink/core`; its terms are data
/// (`catalogs/datalink-semantics.csv`).
public enum Semantics {
  private static let vocabulary = "http://www.ivoa.net/rdf/datalink/core"

  /// A term of the vocabulary.
  public struct Term: Sendable {
    /// Its short form, such as `#cutout`.
    public var term: String
    /// The term that it is narrower than.
    public var wider: String?
    /// What it means, in words.
    public var label: String
  }

  /// All terms that the program knows, by their short form.
  public static let terms: [String: Term] = {
    var terms: [String: Term] = [:]
    let text = String(decoding: PackageResources.datalink_semantics_csv, as: UTF8.self)
    for line in text.split(separator: "\n").dropFirst() {
      let cells = line.split(separator: ",", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
      guard cells.count == 3 else { continue }
      terms[cells[0]] = Term(term: cells[0], wider: cells[1].isEmpty ? nil : cells[1], label: cells[2])
    }
    return terms
  }()

  /// The short form of a term of the core vocabulary; terms of others stay as they are.
  public static func short(_ term: String) -> String {
    let text = term.trimmed
    guard let hash = text.firstRange(of: "#") else { return text }
    let base = text[..<hash.lowerBound]
    let isCore = base.replacing("https://", with: "http://") == vocabulary
    return isCore ? String(text[hash.lowerBound...]) : text
  }

  /// Whether a term is `wanted` or one of its narrower terms.
  public static func isSameOrNarrower(_ term: String, than wanted: String) -> Bool {
    var current: String? = short(term)
    let goal = short(wanted)
    // No chain is longer than the vocabulary, even if a table of it had a circle.
    for _ in 0...terms.count {
      guard let now = current else { return false }
      if now == goal { return true }
      current = terms[now]?.wider
    }
    return false
  }
}
