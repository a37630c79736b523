/// A model measured on simulated spectra: as a survey has the classes, with equal shares, and in parts.
public struct SimulatedEvaluation: Codable, Sendable {
  /// A part of the sample.
  public struct Part: Codable, Sendable {
    /// What it is, in words.
    public var name: String
    /// Figures with the shares of the survey.
    public var survey: EvaluationFigures
    /// Figures with equal shares.
    public var balanced: EvaluationFigures
  }

  /// Always true: none of this is an observation.
  public var isSimulated = true
  /// Names of the classes, the background first.
  public var classNames: [String]
  /// Seeds of the spectra; none was trained on.
  public var seeds: [UInt64]
  /// Spectra that gave no feature vector.
  public var unusable: Int
  /// Share of positives in the survey.
  public var prevalence: Double
  /// Share of positives the probabilities were corrected to; nil where they were not corrected to a given one.
  public var correctedPrior: Double?
  /// Whether probabilities were corrected to the class shares of the survey for the figures of the survey, and to equal ones
  /// for the balanced figures.
  public var isCorrected = false
  /// The whole sample.
  public var whole: Part
  /// Bins of S/N, and separations below and above the resolution, without those that are empty.
  public var parts: [Part]
  /// What becomes of each kind of object, by probabilities for equal shares of the classes.
  public var natures: [NatureFigures]

  /// Measures.
  ///
  /// - Parameters:
  ///   - probabilities: rows × classes for the spectra of `sample`
  ///   - prevalence: share of positives in the survey, 0…1 without the ends; a fifth of them are double peaks
  ///   - learned: shares of the classes that the probabilities hold for, to correct them to those of the survey and to equal
  ///     ones; nil to take them as they are
  ///   - size: spectra of the survey that precision at the first 100, 300 and 1000 speaks of
  /// - Throws: `CLS-01` if the counts do not fit; `CLS-09` for an impossible share.
  public init(
    probabilities: [Float], sample: EvaluationSample, prevalence: Double, size: Double,
    resamplings: Int = 200, correctedPrior: Double? = nil, learned: [Double]? = nil
  ) throws(ClassifierError) {
    guard prevalence > 0, prevalence < 1, size >= 1 else {
      throw ClassifierError(.configuration, "\(prevalence) is no share of positives in \(size) spectra")
    }
    classNames = SimulatedClass.allCases.map(\.description)
    seeds = sample.seeds
    unusable = sample.unusable
    self.prevalence = prevalence
    self.correctedPrior = correctedPrior
    let names = classNames
    let shares = Self.shares(prevalence)
    let equal = [Double](repeating: 1 / Double(names.count), count: names.count)
    isCorrected = learned != nil
    guard probabilities.count == sample.count * names.count else {
      throw ClassifierError(.shape, "\(probabilities.count) probabilities for \(sample.count) spectra")
    }
    let corrected = try [shares, equal].map { (wanted) throws(ClassifierError) in
      try learned.map { (from) throws(ClassifierError) in
        try PriorShift.corrected(probabilities, from: from, to: wanted)
      } ?? probabilities
    }
    func part(_ name: String, _ isFull: Bool, _ rows: [Int]) throws(ClassifierError) -> Part {
      let classes = names.count
      let labels = rows.map { sample.labels[$0] }
      let stars = rows.map { sample.stars[$0] }
      func figures(_ place: Int) throws(ClassifierError) -> EvaluationFigures {
        try EvaluationFigures(
          probabilities: rows.flatMap { corrected[place][$0 * classes..<($0 + 1) * classes] }, labels: labels,
          stars: stars, classNames: names,
          shares: place == 0 ? shares : equal, size: size, resamplings: resamplings, isFull: isFull)
      }
      return Part(name: name, survey: try figures(0), balanced: try figures(1))
    }
    natures = try NatureFigures.all(
      probabilities: corrected[1], labels: sample.labels, natures: sample.natures, classCount: names.count)
    whole = try part("all", true, Array(0..<sample.count))
    parts = []
    let (snr, separation) = (sample.snr, sample.separation)
    let choices: [(String, (Int) -> Bool)] = [
      ("S/N below 10", { snr[$0] < 10 }), ("S/N 10–20", { (10..<20).contains(snr[$0]) }),
      ("S/N 20–50", { (20..<50).contains(snr[$0]) }), ("S/N 50 and more", { snr[$0] >= 50 }),
      ("S/N above 20", { snr[$0] > 20 }),
      ("separation below the resolution", { separation[$0] < 1 }),
      ("separation above the resolution", { separation[$0] == 0 || separation[$0] >= 1 }),
      (Self.targetPart, { snr[$0] > 20 && (separation[$0] == 0 || separation[$0] >= 1) }),
    ]
    for (name, isIn) in choices {
      let rows = (0..<sample.count).filter(isIn)
      if !rows.isEmpty { parts.append(try part(name, false, rows)) }
    }
  }

  /// The part that aims are stated for: spectra without a disc stay in, as they do for each separation.
  public static let targetPart = "S/N above 20, separation above the resolution"

  /// Shares of the classes where `prevalence` of the spectra are positive, a fifth of these double peaks.
  public static func shares(_ prevalence: Double) -> [Double] {
    [1 - prevalence, 0.8 * prevalence, 0.2 * prevalence]
  }
}
