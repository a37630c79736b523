import Testing

@testable import Classifier

@Suite("Splits by star")
struct TrainingSplitTests {
  /// 300 stars of 1…9 spectra, one of 100; a tenth of the stars change class.
  private let labels: [Int]
  private let groups: [Int]

  init() {
    var random = CounterRandom(key: 77)
    var (labels, groups): ([Int], [Int]) = ([], [])
    for star in 0..<300 {
      let label = random.integer(below: 3)
      let changes = random.integer(below: 10) == 0
      for spectrum in 0..<(star == 17 ? 100 : 1 + random.integer(below: 9)) {
        labels.append(changes && spectrum % 2 == 1 ? (label + 1) % 3 : label)
        groups.append(star)
      }
    }
    (self.labels, self.groups) = (labels, groups)
  }

  @Test("no star is in two parts, no row is lost, each class has its share aside", arguments: 1...5)
  func holdOut(seed: Int) {
    let (kept, aside) = StarSplit.holdOut(labels: labels, groups: groups, fraction: 0.2, seed: UInt64(seed))
    #expect((kept + aside).sorted() == Array(labels.indices))
    #expect(Set(kept.map { groups[$0] }).isDisjoint(with: aside.map { groups[$0] }))
    for label in 0..<3 {
      let total = labels.count { $0 == label }
      let share = Double(aside.count { labels[$0] == label }) / Double(total)
      #expect(abs(share - 0.2) < 0.03)
    }
  }

  @Test("a class that only a few stars show beside another is left to learn from", arguments: 1...40)
  func rareClass(seed: Int) {
    // Class 2 never is what most spectra of a star show, so that no share of it is reckoned with: as in a small survey
    // whose few double peaks belong to stars that mostly show one.
    var (labels, groups): ([Int], [Int]) = ([], [])
    for star in 0..<12 {
      for spectrum in 0..<5 {
        labels.append(star < 10 ? 0 : spectrum == 0 ? 2 : 1)
        groups.append(star)
      }
    }
    let (kept, aside) = StarSplit.holdOut(labels: labels, groups: groups, fraction: 0.5, seed: UInt64(seed))
    #expect(Set(kept.map { labels[$0] }) == [0, 1, 2])
    #expect(Set(kept.map { groups[$0] }).isDisjoint(with: aside.map { groups[$0] }))
  }

  @Test("the seed decides the split, nothing else")
  func seeds() {
    let first = StarSplit.holdOut(labels: labels, groups: groups, fraction: 0.2, seed: 1).aside
    #expect(StarSplit.holdOut(labels: labels, groups: groups, fraction: 0.2, seed: 1).aside == first)
    #expect(StarSplit.holdOut(labels: labels, groups: groups, fraction: 0.2, seed: 2).aside != first)
    #expect(StarSplit.holdOut(labels: labels, groups: groups, fraction: 0, seed: 1).aside.isEmpty)
  }

  @Test("five folds part all rows, share no star and hold each class evenly")
  func folds() {
    let folds = StarSplit.folds(5, labels: labels, groups: groups, seed: 3)
    #expect(folds.flatMap(\.self).sorted() == Array(labels.indices))
    let stars = folds.map { Set($0.map { groups[$0] }) }
    #expect(stars.reduce(0) { $0 + $1.count } == 300)
    for fold in folds {
      for label in 0..<3 {
        let share = Double(fold.count { labels[$0] == label }) / Double(labels.count { $0 == label })
        #expect(abs(share - 0.2) < 0.06)
      }
    }
  }
}
