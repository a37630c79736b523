import Foundation
import Survey

/// An act as the page sends it.
struct DeskAct: Decodable, Sendable {
  var id: String
  var undoes: String?
  var collection: String
  var did: String
  var label: String?
  var skipped: Bool?
  var unusable: Bool?
  var flagged: Bool?
  var comment: String?
  var rater: String
  var time: String?
  var round: Int?
  var seconds: Double?
  var shownGuess: Bool?

  /// Longest remark, characters.
  static let longestComment = 2000
  /// Longest name of a rater, characters.
  static let longestRater = 80

  /// The act as it is kept: checked, and with the purpose that the page does not know.
  ///
  /// - Parameter item: what the round asks of the spectrum; nil where it is asked in no round.
  /// - Throws: `DSK-04` where it says nothing, or what cannot be.
  func checked(classes: ClassSet, item: LabelSet.Item?) throws(LabelDeskError) -> LabelAct {
    guard id.utf8.count == 36, UUID(uuidString: id) != nil else {
      throw LabelDeskError("DSK-04", "\"\(id.prefix(40))\" is no act's name (a UUID)")
    }
    if let undoes, UUID(uuidString: undoes) == nil {
      throw LabelDeskError("DSK-04", "\"\(undoes.prefix(40))\" is no act's name (a UUID)")
    }
    if let label, classes.index(of: label) == nil {
      throw LabelDeskError("DSK-04", "\"\(label.prefix(40))\" is no class of \(classes.name)")
    }
    let said = [
      undoes != nil, label != nil, skipped == true, unusable == true, flagged != nil, comment != nil,
    ]
    guard said.count(where: { $0 }) == 1 else {
      throw LabelDeskError("DSK-04", "an act says one thing: a label, or that it undoes another, or …")
    }
    guard !rater.isEmpty, rater.count <= Self.longestRater, Self.isPlain(rater) else {
      throw LabelDeskError("DSK-04", "a rater's name has 1 to \(Self.longestRater) plain characters")
    }
    if let comment, comment.count > Self.longestComment {
      throw LabelDeskError("DSK-04", "a remark has at most \(Self.longestComment) characters")
    }
    var act = LabelAct(
      collection: collection, did: did, label: label, rater: rater, round: item == nil ? nil : round,
      purpose: item?.purpose, undoes: undoes)
    act.id = id
    if let time, (try? Date(time, strategy: .iso8601)) != nil { act.time = time }
    act.skipped = skipped == true ? true : nil
    act.unusable = unusable == true ? true : nil
    act.flagged = flagged
    act.comment = comment
    act.seconds = seconds.flatMap { $0.isFinite && $0 >= 0 ? ($0 * 100).rounded() / 100 : nil }
    act.shownGuess = shownGuess == true ? true : nil
    return act
  }

  private static func isPlain(_ text: String) -> Bool {
    text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
  }
}
