import Classifier
import Foundation
import Testing

@testable import Survey

@Suite struct LabelMergeTests {
  private func survey() throws -> SurveyFolder {
    try SurveyFolder.create(at: try TemporaryFolder().path, SurveyConfiguration(name: "test"))
  }

  private func act(_ did: String, _ label: String?, _ rater: String, undoes: String? = nil) -> LabelAct {
    LabelAct(collection: "c", did: did, label: label, rater: rater, undoes: undoes)
  }

  private func log(_ acts: [LabelAct]) throws -> String {
    let path = try TemporaryFolder().path + "/labels.jsonl"
    try LabelLog(path: path).append(acts)
    return path
  }

  private func standing(_ survey: SurveyFolder) throws -> [String: String] {
    try Dictionary(uniqueKeysWithValues: survey.labels.current().map { ($0.did, $0.label ?? "") })
  }

  @Test func theMajorityHoldsATieLeavesWhatWasAndNothingIsLost() throws {
    let survey = try survey()
    try survey.labels.append([
      act("1", "emission", "anna"), act("2", "emission", "anna"), act("3", "absorption", "anna"),
    ])
    let boris = try log([
      act("1", "emission", "boris"), act("2", "absorption", "boris"), act("3", "double-peak", "boris"),
      act("4", "emission", "boris"),
    ])
    let clara = try log([act("2", "absorption", "clara")])
    let summary = try LabelMerge(survey).run([boris, clara])
    #expect(summary.acts == 5 && summary.entered == 5)
    #expect(
      try standing(survey) == ["1": "emission", "2": "absorption", "3": "absorption", "4": "emission"])
    #expect(summary.disputes.map(\.did) == ["3"] && summary.disputes[0].holds == "absorption")
    #expect(summary.disputes[0].labels == ["anna": "absorption", "boris": "double-peak"])
    let lines = try survey.labels.acts().count

    let again = try LabelMerge(survey).run([boris, clara])
    #expect(again.entered == 0 && again.settled == 0 && again.disputes == summary.disputes)
    #expect(try survey.labels.acts().count == lines)
    let compared = again.agreements.map { "\($0.first)-\($0.second) \($0.agreement.count)" }
    #expect(compared == ["anna-boris 3", "anna-clara 1", "boris-clara 1"])
    #expect(again.agreements[0].agreement.observed == 1.0 / 3)
  }

  @Test func whatWasTakenBackElsewhereIsTakenBackHere() throws {
    let survey = try survey()
    let wrong = act("1", "emission", "boris")
    let other = try log([wrong, act("1", nil, "boris", undoes: wrong.id)])
    _ = try LabelMerge(survey).run([other])
    #expect(try standing(survey).isEmpty)
  }

  @Test func aSurveysFolderMeansItsLogAndFaultsAreNamed() throws {
    let (here, there) = (try survey(), try survey())
    try there.labels.append([act("9", "emission", "boris")])
    #expect(try LabelMerge(here).run([there.path]).entered == 1)
    var error = #expect(throws: SurveyError.self) { try LabelMerge(here).run(["nowhere.jsonl"]) }
    #expect(error?.code == .file)
    let foreign = try log([act("1", "quasar", "boris")])
    error = #expect(throws: SurveyError.self) { try LabelMerge(here).run([foreign]) }
    #expect(error?.code == .labels && error?.message.contains("quasar") == true)
  }
}
