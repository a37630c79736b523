/// Simulated spectra of the survey that is searched, to learn from beside those with labels.
///
/// A network that has seen one telescope only must guess how the other sees a star. These are LAMOST spectra with the
/// noise, resolution, sky and defects of that survey, as many of each class, of stars of their own; within a class they
/// are mixed as a survey mixes them. They are drawn as ``EvaluationSample`` draws its own, from other seeds.
public enum SimulatedTarget {
  /// Seeds of the background and of the positives that belong to the seed of a training.
  public static func seeds(_ seed: UInt64) -> [UInt64] {
    [seed ^ 0x7461_7267_6574_0001, seed ^ 0x7461_7267_6574_0002]
  }

  /// Simulates spectra to learn from; equal arguments give equal spectra.
  ///
  /// Cost: making and reducing a spectrum, and about twice as many records of stars with emission, shared by the threads.
  ///
  /// - Parameters:
  ///   - count: spectra wanted, a third of each class; at least 30
  ///   - seed: seed of the training they are for
  ///   - firstStar: number that stars begin with, above all of the set they are joined to
  ///   - isCancelled: asked now and then
  /// - Throws: `CLS-09` for too few spectra, `CLS-07` when cancelled.
  public static func trainingSet(
    count: Int, seed: UInt64, firstStar: Int = 0, preset: FeaturePreset = .standard, threads: Int? = nil,
    isCancelled: () -> Bool = { false }
  ) throws(ClassifierError) -> TrainingSet {
    guard count >= 30 else {
      throw ClassifierError(
        .configuration, "\(count) simulated spectra are too few to learn from", hint: "at least 30")
    }
    let seeds = seeds(seed)
    let each = count / 3
    var vectors: [Float] = []
    var labels: [Int] = []
    var stars: [Int] = []
    var places: [Int: Int] = [:]
    for (part, classes) in [[SimulatedClass.absorption], [.emission, .doublePeak]].enumerated() {
      var missing = Dictionary(uniqueKeysWithValues: classes.map { ($0, each) })
      missing[classes[0]] = classes.count == 1 ? count - 2 * each : each
      let draw = SimulatedDraw(
        seed: seeds[part], emissionFraction: part == 0 ? SimulatedDraw.background : 1,
        limit: count * 16 + 1000, preset: preset, threads: threads)
      draw.run(missing: missing, isCancelled: isCancelled) { record, vector in
        guard let vector else { return }
        vectors += vector
        labels.append(record.truth.rawValue)
        let star = record.star * 2 + part
        let place = places[star] ?? places.count
        places[star] = place
        stars.append(firstStar + place)
      }
    }
    if isCancelled() { throw ClassifierError(.cancelled, "the simulation was stopped") }
    return try TrainingSet(
      vectors: vectors, labels: labels, groups: stars, isSimulated: true,
      classNames: SimulatedClass.allCases.map(\.description), featurePreset: preset.name)
  }
}
