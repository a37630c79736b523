import Testing

@testable import Classifier

@Suite struct ThirdPeakTests {
  /// Local maxima that rise by 1 % of the continuum and more from the lower of the valleys beside them.
  private static func peaks(_ profile: HAlphaProfile) -> Int {
    let middle = HAlphaProfile.count / 2
    let flux = profile.flux[(middle - 120)...(middle + 120)]
    var found = 0
    var valley = flux.first ?? 0
    var top = valley
    var isRising = true
    for value in flux {
      if isRising {
        if value > top { top = value }
        if top - value > 0.01, top - valley > 0.01 {
          found += 1
          isRising = false
          valley = value
        } else if value < valley {
          (valley, top) = (value, value)
        }
      } else {
        if value < valley { valley = value }
        if value - valley > 0.01 {
          isRising = true
          top = value
        }
      }
    }
    return found
  }

  @Test func twoInAHundredDiscsHaveThreePeaksBeforeTheInstrument() {
    let survey = SimulatedSurvey(
      kind: .lamost, count: 6000, seed: 8, emissionFraction: 1, doublePeakShare: 0.3, sharedFraction: 0,
      repeatFraction: 0)
    let stars = (0..<6000).map { survey.star(of: $0).star }.filter { $0.model.nature == .be }
    let triple = stars.filter { $0.model.thirdShare > 0 }
    // 4,000 stars: 2 % is 80 ± 9.
    #expect(abs(Double(triple.count) / Double(stars.count) - 0.02) < 0.008)
    let seen = triple.map { Self.peaks($0.profile(instrument: 5)) }
    #expect(seen.count { $0 == 3 } * 10 >= seen.count * 8)
    #expect(triple.allSatisfy { ProfileRule.classify($0.profile(instrument: 5), noise: 0) == .doublePeak })
    // LAMOST shows one or two of them.
    #expect(triple.count { Self.peaks($0.profile(instrument: 82)) == 3 } * 10 <= triple.count)
    // Of the others only some have three: those with a bright centre in the dip.
    let plain = stars.filter { $0.model.thirdShare == 0 && $0.model.fill < 0.05 }.prefix(300)
    #expect(plain.count > 100)
    #expect(plain.count { Self.peaks($0.profile(instrument: 5)) > 2 } * 20 <= plain.count)
  }

  @Test func ondrejovSeesAllThree() {
    let survey = SimulatedSurvey(
      kind: .ondrejov, count: 9000, seed: 8, emissionFraction: 1, doublePeakShare: 0.95, sharedFraction: 0)
    let triple = survey.ondrejovPlan.stars.filter { $0.model.thirdShare > 0 }
    #expect(!triple.isEmpty)
    #expect(triple.count { Self.peaks($0.profile(instrument: 9.6)) == 3 } * 10 >= triple.count * 7)
  }
}
