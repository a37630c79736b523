import Foundation
import Testing

@testable import Survey

@Suite struct LabelLogTests {
  private func act(_ did: String, _ label: String?, undoes: String? = nil, purpose: String? = nil) -> LabelAct
  {
    LabelAct(collection: "c", did: did, label: label, rater: "test", purpose: purpose, undoes: undoes)
  }

  @Test func theLastActOfASpectrumHolds() throws {
    let log = LabelLog(path: try TemporaryFolder().path + "/labels.jsonl")
    try log.append([act("a", "emission"), act("b", "absorption")])
    try log.append([act("a", "double-peak")])
    let current = try log.current()
    #expect(current.map(\.did) == ["b", "a"])
    #expect(current.map(\.label) == ["absorption", "double-peak"])
  }

  @Test func undoingAnActBringsBackTheOneBefore() throws {
    let log = LabelLog(path: try TemporaryFolder().path + "/labels.jsonl")
    let first = act("a", "emission")
    let second = act("a", "absorption")
    try log.append([first, second, act("a", nil, undoes: second.id)])
    #expect(try log.current().map(\.label) == ["emission"])
    try log.append([act("a", nil, undoes: first.id)])
    #expect(try log.current().isEmpty)
  }

  @Test func thePerformanceSampleDoesNotReplaceATrainingLabel() throws {
    let log = LabelLog(path: try TemporaryFolder().path + "/labels.jsonl")
    try log.append([act("a", "emission"), act("a", "absorption", purpose: "performance")])
    #expect(try log.current().count == 2)
  }

  @Test func aLineCutOffByAKillIsNoActAndHarmsNoOther() throws {
    let path = try TemporaryFolder().path + "/labels.jsonl"
    let log = LabelLog(path: path)
    try log.append([act("a", "emission"), act("b", "absorption")])
    let whole = try Data(contentsOf: URL(fileURLWithPath: path))
    for cut in stride(from: 1, to: whole.count / 2, by: 7) {
      try whole.dropLast(cut).write(to: URL(fileURLWithPath: path))
      let before = try log.current().map(\.did)
      // A line that lost only its line break is whole.
      #expect(before == (cut == 1 ? ["a", "b"] : ["a"]))
      try log.append([act("c", "double-peak")])
      #expect(try log.current().map(\.did) == before + ["c"])
    }
  }

  @Test func aLineThatIsNoActIsAnErrorWithItsNumber() throws {
    let path = try TemporaryFolder().path + "/labels.jsonl"
    let log = LabelLog(path: path)
    try log.append([act("a", "emission")])
    let handle = try #require(FileHandle(forWritingAtPath: path))
    try handle.seekToEnd()
    try handle.write(contentsOf: Data("{\"nonsense\": true}\n".utf8))
    let error = #expect(throws: SurveyError.self) { try log.current() }
    #expect(error?.code == .labels)
    #expect(error?.message.contains("line 2") == true)
  }
}
