import Classifier
import Foundation
import Survey
import Testing

@testable import LabelDesk

@Suite struct DeskActTests {
  private func decoded(_ said: [String: Any]) throws -> DeskAct {
    let all: [String: Any] = [
      "id": UUID().uuidString, "collection": "lamost", "did": "ivo://x?1", "rater": "ada",
    ].merging(said) { $1 }
    return try JSONDecoder().decode(DeskAct.self, from: JSONSerialization.data(withJSONObject: all))
  }

  @Test func anActSaysOneThingAndIsKeptAsItWasSaid() throws {
    let classes = try ClassSet.beStars()
    let time = "2026-01-02T03:04:05Z"
    let act = try decoded([
      "label": "emission", "seconds": 1.234567, "shownGuess": true, "time": time, "round": 3,
    ]).checked(classes: classes, item: nil)
    #expect(act.label == "emission" && act.rater == "ada" && act.seconds == 1.23 && act.shownGuess == true)
    #expect(act.time == time)
    #expect(act.round == nil && act.purpose == nil, "what no round asks is of no round")
    for said: [String: Any] in [
      ["skipped": true], ["unusable": true], ["flagged": false], ["comment": ""],
      ["undoes": UUID().uuidString],
    ] {
      #expect(try decoded(said).checked(classes: classes, item: nil).label == nil)
    }
  }

  @Test(arguments: [
    #"{}"#, #"{"label": "emission", "skipped": true}"#, #"{"label": "quasar"}"#, #"{"skipped": false}"#,
    #"{"label": "emission", "id": "1"}"#, #"{"undoes": "the last"}"#, #"{"label": "emission", "rater": ""}"#,
    #"{"label": "emission", "rater": "a\nb"}"#,
  ])
  func anActThatSaysNothingOrWhatCannotBeIsRefused(_ text: String) throws {
    let said = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any] ?? [:]
    let act = try decoded(said)
    let error = #expect(throws: LabelDeskError.self) {
      try act.checked(classes: try ClassSet.beStars(), item: nil)
    }
    #expect(error?.code == "DSK-04")
  }

  @Test func remarksAndNamesAreBounded() throws {
    let classes = try ClassSet.beStars()
    let longest = String(repeating: "é", count: DeskAct.longestComment)
    #expect(try decoded(["comment": longest]).checked(classes: classes, item: nil).comment == longest)
    #expect(throws: LabelDeskError.self) {
      try decoded(["comment": longest + "x"]).checked(classes: classes, item: nil)
    }
    #expect(throws: LabelDeskError.self) {
      try decoded(["skipped": true, "rater": String(repeating: "a", count: 81)])
        .checked(classes: classes, item: nil)
    }
  }
}
