import Foundation
import Survey
import Testing

@testable import LabelDesk

@Suite struct DeskJournalTests {
  @Test func aRetriedActIsThereOnceAlsoAtTheSameTimeAndAfterTheDeskWasKilled() async throws {
    try await OpenDesk.with { open in
      let act = open.act(0, ["label": "emission"])
      let body = try JSONSerialization.data(withJSONObject: [act, act])
      let (base, token) = (open.base, open.token)
      let answers = try await withThrowingTaskGroup(of: RawAnswer.self) { group in
        for _ in 0..<8 {
          group.addTask {
            try await RawAnswer.get(
              base, "POST", "/api/acts", ["Authorization": "Bearer \(token)", "Origin": base], body: body)
          }
        }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      let id = try #require(act["id"] as? String)
      #expect(answers.allSatisfy { $0.status == 200 && $0.body.contains(id) }, "each is acknowledged")
      #expect(try open.survey.labels.acts().map(\.id) == [id])
      // A desk that is opened again knows what the file has.
      let again = try DeskJournal(open.survey.labels)
      let known = try #require(await again.act(id))
      #expect(try await again.record([known]).isEmpty)
      #expect(try open.survey.labels.acts().count == 1)
    }
  }

  @Test func whatIsUndoneNoLongerCountsAndTheRestStands() async throws {
    try await OpenDesk.with { open in
      let journal = try DeskJournal(open.survey.labels)
      let name = SpectrumName(open.spectra[0])
      func act(_ label: String?, undoes: String? = nil) -> LabelAct {
        LabelAct(
          collection: name.collection, did: name.did, label: label, rater: "ada", undoes: undoes)
      }
      let (first, second) = (act("emission"), act("absorption"))
      _ = try await journal.record([first, second])
      var (answers, history) = await journal.answers(rater: "ada", round: nil, spectra: [name: 7])
      #expect(answers[7]?.label == "absorption" && history == [first.id, second.id])
      _ = try await journal.record([act(nil, undoes: second.id)])
      (answers, history) = await journal.answers(rater: "ada", round: nil, spectra: [name: 7])
      #expect(answers[7]?.label == "emission" && history == [first.id])
      (answers, history) = await journal.answers(rater: "ada", round: 2, spectra: [name: 7])
      #expect(answers.isEmpty && history.isEmpty, "another round is another question")
    }
  }

  @Test func twoRatersAnswerApartAndBothAreOnDisk() async throws {
    try await OpenDesk.with { open in
      let sent = try await open.send([
        open.act(0, ["label": "emission"]), open.act(0, ["label": "absorption"], rater: "bob"),
        open.act(1, ["label": "emission"], rater: "bob"),
      ])
      #expect(sent.status == 200, "\(sent.body)")
      for (rater, labels) in [("ada", ["emission"]), ("bob", ["absorption", "emission"]), ("eve", [])] {
        let state = try await open.state(rater: rater)
        let answers = state["answers"] as? [String: [String: Any]] ?? [:]
        #expect(answers.values.compactMap { $0["label"] as? String }.sorted() == labels, "\(rater)")
        #expect(state["rater"] as? String == rater)
      }
      #expect(try open.survey.labels.acts().map(\.rater) == ["ada", "bob", "bob"])
    }
  }

  @Test func aFlagAndARemarkStandBesideTheLabelAndCanBeTakenAway() async throws {
    try await OpenDesk.with { open in
      func answer() async throws -> [String: Any] {
        let answers = try await open.state(rater: "ada")["answers"] as? [String: [String: Any]]
        return answers?["\(open.spectra[0].id)"] ?? [:]
      }
      _ = try await open.send([
        open.act(0, ["flagged": true]), open.act(0, ["comment": "shell? Hα split"]),
        open.act(0, ["label": "emission"]),
      ])
      var said = try await answer()
      #expect(said["flagged"] as? Bool == true && said["comment"] as? String == "shell? Hα split")
      #expect(said["label"] as? String == "emission")
      _ = try await open.send([open.act(0, ["flagged": false]), open.act(0, ["comment": ""])])
      said = try await answer()
      #expect(said["flagged"] as? Bool == false && said["comment"] as? String == "")
      #expect(said["label"] as? String == "emission")
      #expect(try open.survey.labels.current().count == 1, "marks are no labels")
    }
  }

  @Test func actsThatCannotBeAreNamedAndTheOthersKept() async throws {
    try await OpenDesk.with { open in
      let good = open.act(0, ["label": "emission"])
      let unknown = good.merging(["id": UUID().uuidString, "did": "ivo://nowhere?1"]) { $1 }
      let undoing = open.act(1, ["undoes": UUID().uuidString])
      let answer = try await open.send([unknown, good, undoing])
      let receipt = try JSONSerialization.jsonObject(with: Data(answer.body.utf8)) as? [String: Any]
      #expect(receipt?["kept"] as? [String] == [good["id"] as? String].compactMap { $0 })
      let refused = receipt?["refused"] as? [String: String] ?? [:]
      #expect(Set(refused.keys) == Set([unknown, undoing].compactMap { $0["id"] as? String }))
      #expect(try open.survey.labels.acts().count == 1)
    }
  }
}
