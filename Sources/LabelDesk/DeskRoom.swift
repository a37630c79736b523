import Classifier
import Foundation
public import Survey

/// What a desk knows and does, whoever asks: the set, the answers, the pictures, the training.
actor DeskRoom {
  private let survey: SurveyFolder
  private let options: LabelDesk.Options
  private let journal: DeskJournal
  private let events: DeskEvents
  private let lines: [DeskState.Line]
  private var painter: DeskPainter
  private var neighbours: LabelledNeighbours
  private var model: ModelRecord?
  private var set: LabelSet
  /// The set that the desk was opened for, or the round that followed it.
  private var home: LabelSet
  private var places: [SpectrumName: Int64]
  private var purposes: [Int: [SpectrumName: LabelSet.Item]] = [:]
  private var pictures: [Int64: Task<Data, any Error>] = [:]
  private var drawn: [Int64] = []
  private var training: (task: Task<Void, Never>, state: DeskTraining.State)?

  /// Pictures that are kept in memory, some 100 kB each.
  private static let picturesKept = 64

  init(_ survey: SurveyFolder, _ set: LabelSet, _ options: LabelDesk.Options, events: DeskEvents)
    throws(SurveyError)
  {
    self.survey = survey
    self.options = options
    self.events = events
    self.set = set
    home = set
    places = Self.places(of: set)
    journal = try DeskJournal(survey.labels)
    lines = try LineCatalog.builtIn().lines.map { DeskState.Line(name: $0.name, vacuum: $0.wavelength) }
    model = try survey.models().last
    (painter, neighbours) = try Self.eyes(survey, model, options)
  }

  private static func places(of set: LabelSet) -> [SpectrumName: Int64] {
    Dictionary(set.items.map { (SpectrumName($0.spectrum), $0.spectrum.id) }) { first, _ in first }
  }

  /// What shows spectra as a model sees them.
  private static func eyes(
    _ survey: SurveyFolder, _ model: ModelRecord?, _ options: LabelDesk.Options
  ) throws(SurveyError) -> (DeskPainter, LabelledNeighbours) {
    let own = try survey.preset()
    let preset = model.flatMap { FeaturePreset.named($0.preset) } ?? own
    let loader = SpectrumLoader(survey, preset: preset, engine: options.engine)
    return (
      DeskPainter(survey: survey, loader: loader, preset: preset),
      try LabelledNeighbours(survey, preset: preset.name)
    )
  }

  // MARK: What is asked

  /// Where a rater stands.
  func state(rater: String) async -> DeskState {
    let (answers, history) = await journal.answers(rater: rater, round: set.round, spectra: places)
    return DeskState(
      survey: survey.configuration.name, version: Provenance.version, rater: rater,
      isSimulated: model?.isSimulated ?? false, model: model?.name,
      classes: survey.classSet.classes.map { .init(name: $0.name, title: $0.title, key: $0.key) },
      background: survey.classSet.background, lines: lines,
      grid: [FeaturePreset.window.lowerBound, FeaturePreset.window.upperBound], title: set.title,
      round: set.round, items: set.items.map { .init($0.spectrum) },
      home: set.title == home.title ? nil : home.title,
      answers: Dictionary(uniqueKeysWithValues: answers.map { ("\($0.key)", $0.value) }), history: history,
      canTrain: options.nextRound != nil, training: training?.state)
  }

  /// What a rater's answers come to.
  func summary(rater: String) async throws -> DeskSummary {
    let (answers, _) = await journal.answers(rater: rater, round: set.round, spectra: places)
    var summary = DeskSummary(set, answers, classes: survey.classSet.names)
    if let round = set.round {
      let rounds = LearnRound(survey)
      let judged = try rounds.summary(of: round)
      summary.estimate = judged.estimate
      summary.hasRecall = judged.audit == AuditDesign.Kind.stratified.rawValue
      let verdict = try rounds.verdict()
      summary.verdict = (verdict.stops ? "stop: " : "go on: ") + verdict.reason
    }
    return summary
  }

  /// The class that the network gives a spectrum; nil where it gives none, or where the answer must be given blind.
  func guess(_ id: Int64) throws(SurveyError) -> [Float]? {
    guard let model, set.items.first(where: { $0.spectrum.id == id })?.isBlind != true else { return nil }
    return try survey.probabilities(of: id, model: model.name)
  }

  // MARK: Pictures

  /// The picture of a spectrum, as JSON.
  ///
  /// - Returns: nil for an unknown spectrum.
  func picture(_ id: Int64) async throws -> Data? {
    if let task = pictures[id] { return try await task.value }
    guard let record = try survey.spectra([id]).first else { return nil }
    let (painter, neighbours) = (painter, neighbours)
    let task = Task.detached {
      try JSONEncoder().encode(try await painter.picture(of: record, neighbours: neighbours))
    }
    pictures[id] = task
    drawn.append(id)
    if drawn.count > Self.picturesKept { pictures[drawn.removeFirst()] = nil }
    do {
      return try await task.value
    } catch {
      forget(id)
      throw error
    }
  }

  private func forget(_ id: Int64) {
    pictures[id] = nil
    drawn.removeAll { $0 == id }
  }

  /// The spectrum of this key, by its names.
  func item(_ id: Int64) throws(SurveyError) -> SpectrumRecord? { try survey.spectra([id]).first }

  // MARK: Acts

  /// Writes what a page sent.
  ///
  /// - Returns: the acts that are on disk, and those that cannot be taken with the reason.
  func record(_ sent: [DeskAct]) async throws -> (kept: [String], refused: [String: String]) {
    var refused: [String: String] = [:]
    var acts: [LabelAct] = []
    for act in sent {
      do {
        acts.append(try await checked(act))
      } catch {
        refused[act.id] = "\(error)"
      }
    }
    let new = try await journal.record(acts)
    for act in new {
      try enter(act)
      await options.emit(.acted(act))
    }
    if !new.isEmpty { events.send("acts", ["count": new.count]) }
    return (acts.map(\.id), refused)
  }

  private func checked(_ act: DeskAct) async throws -> LabelAct {
    if let known = await journal.act(act.id) { return known }
    guard let record = try survey.spectrum(collection: act.collection, did: act.did) else {
      throw LabelDeskError("DSK-04", "\(act.collection) has no spectrum \(act.did)")
    }
    if let undone = act.undoes, await !journal.has(undone) {
      throw LabelDeskError("DSK-04", "there is no act \(undone) to undo")
    }
    let item = try act.round.flatMap { round in
      try self.items(of: round)[SpectrumName(record)]
    }
    return try act.checked(classes: survey.classSet, item: item)
  }

  private func items(of round: Int) throws -> [SpectrumName: LabelSet.Item] {
    if let known = purposes[round] { return known }
    let items = try LabelSet(round: round, of: survey).items
    let named = Dictionary(items.map { (SpectrumName($0.spectrum), $0) }) { first, _ in first }
    purposes[round] = named
    return named
  }

  /// Enters a label among those that new spectra are compared with.
  private func enter(_ act: LabelAct) throws {
    guard act.label != nil || act.undoes != nil,
      let record = try survey.spectrum(collection: act.collection, did: act.did),
      let vector = try survey.vector(of: record.id, preset: painter.preset.name)
    else { return }
    neighbours.set(act.label, of: record, vector: vector)
  }

  // MARK: Other programs

  /// Does what another program tells.
  func obey(_ command: DeskCommand) async throws {
    switch command {
    case .say(let words): events.send("say", ["words": words])
    case .show(let name):
      guard let record = try survey.spectrum(collection: name.collection, did: name.did) else {
        throw LabelDeskError("DSK-04", "the survey has no spectrum \(name.did) in \(name.collection)")
      }
      events.send("show", DeskState.Item(record))
    case .ask(let names, let title):
      let records = try names.compactMap { try survey.spectrum(collection: $0.collection, did: $0.did) }
      guard !records.isEmpty else {
        throw LabelDeskError("DSK-04", "none of the \(names.count) spectra is in the survey")
      }
      await open(LabelSet(title: title, spectra: records))
    }
  }

  /// Goes back to the set that the desk was opened for.
  func goHome() async { await open(home) }

  /// Tells who listens which set is asked.
  func announce() async { await options.emit(.opened(set)) }

  /// The spectra of the set that a rater called something else than background, or flagged.
  func found(rater: String) async -> [SpectrumName] {
    let (answers, _) = await journal.answers(rater: rater, round: set.round, spectra: places)
    let background = survey.classSet.names[survey.classSet.background]
    return set.items.filter { item in
      guard let answer = answers[item.spectrum.id] else { return false }
      return answer.flagged == true || (answer.label != nil && answer.label != background)
    }.map { SpectrumName($0.spectrum) }
  }

  private func open(_ new: LabelSet) async {
    set = new
    places = Self.places(of: new)
    await announce()
    events.send("set", ["title": new.title])
  }

  // MARK: The next round

  /// Starts training and choosing the next round, unless that runs already.
  ///
  /// - Returns: whether it runs now.
  func beginNextRound() -> Bool {
    guard let next = options.nextRound else { return false }
    if let training, training.state.problem == nil { return true }
    let task = Task {
      do {
        let round = try await next { [weak self] progress in
          Task { await self?.show(progress) }
        }
        try await finish(round)
      } catch {
        fail(error)
      }
    }
    training = (task, DeskTraining.State(SurveyProgress(stage: "training", done: 0)))
    return true
  }

  private func show(_ progress: SurveyProgress) {
    guard training != nil else { return }
    let state = DeskTraining.State(progress)
    training?.state = state
    events.send("training", state)
  }

  private func finish(_ round: Int) async throws {
    training = nil
    model = try survey.models().last
    (painter, neighbours) = try Self.eyes(survey, model, options)
    pictures = [:]
    drawn = []
    home = try LabelSet(round: round, of: survey)
    await open(home)
  }

  private func fail(_ error: any Error) {
    let state = DeskTraining.State(problem: "\(error)")
    training?.state = state
    events.send("training", state)
  }

  /// Stops a training that runs; what it had not kept is lost.
  func close() async {
    training?.task.cancel()
    await training?.task.value
  }
}

extension SpectrumName {
  /// Names a spectrum of a survey.
  public init(_ record: SpectrumRecord) {
    self.init(collection: record.collection, did: record.did)
  }
}
