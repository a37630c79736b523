public import Survey

/// What is asked of a person, in the order it is asked.
public struct LabelSet: Sendable {
  /// A spectrum that is asked.
  public struct Item: Sendable {
    /// The spectrum.
    public let spectrum: SpectrumRecord
    /// `oracle` (learned from) or `performance` (the audit sample, never learned from), in a round.
    public let purpose: String?
    /// Index of the class the network gave it, in a round.
    public let predicted: Int?

    /// Makes an item.
    public init(spectrum: SpectrumRecord, purpose: String? = nil, predicted: Int? = nil) {
      self.spectrum = spectrum
      self.purpose = purpose
      self.predicted = predicted
    }

    /// Whether the network's guess must not be shown: it would sway the answer, and with it the estimate.
    var isBlind: Bool { purpose == "performance" }
  }

  /// What it is called on the page.
  public let title: String
  /// Number of the round of active learning, if it is one.
  public let round: Int?
  /// What is asked.
  public let items: [Item]

  /// Makes a set of spectra that belong to no round.
  public init(title: String, spectra: [SpectrumRecord]) {
    self.title = title
    round = nil
    items = spectra.map { Item(spectrum: $0) }
  }

  /// The spectra of a round of active learning, in an order that does not tell what each is asked for.
  ///
  /// - Throws: `SUR-03` where the round cannot be read.
  public init(round number: Int, of survey: SurveyFolder) throws(SurveyError) {
    title = "round \(number)"
    round = number
    let all = try LearnRound(survey).items(of: number).map {
      Item(spectrum: $0.spectrum, purpose: $0.purpose, predicted: $0.predicted)
    }
    // Seen twice, a spectrum asked for both purposes would be recognised: it is asked once, and counts for the audit.
    let audited = Set(all.filter(\.isBlind).map(\.spectrum.id))
    items = all.filter { $0.isBlind || !audited.contains($0.spectrum.id) }
      .sorted { Self.rank($0, number) < Self.rank($1, number) }
  }

  private static func rank(_ item: Item, _ round: Int) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325 &+ UInt64(round)
    for byte in item.spectrum.did.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return (hash ^ (hash >> 31)) &* 0x9E37_79B9_7F4A_7C15
  }
}
