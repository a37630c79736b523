import Classifier
import Testing

/// Two small surveys of one sky, made once for all tests.
enum SimulatedSurveys {
  static let ondrejov = SimulatedSurvey(kind: .ondrejov, count: 3000, seed: 7)
  static let lamost = SimulatedSurvey(kind: .lamost, count: 12_000, seed: 7)
  static let ondrejovRecords = (0..<3000).map(ondrejov.record)
  static let lamostRecords = (0..<12_000).map(lamost.record)
}

@Suite struct SimulatedSurveyTests {
  @Test(arguments: SimulatedSurvey.Kind.allCases)
  func sameSeedAndIndexGiveTheSameBytesInAnyOrderAndForAnyCount(kind: SimulatedSurvey.Kind) {
    let small = SimulatedSurvey(kind: kind, count: 120, seed: 42)
    let large = SimulatedSurvey(kind: kind, count: 2000, seed: 42)
    let backwards = [119, 60, 3, 0].map { small.fits($0) }
    let forwards = [0, 3, 60, 119].map { large.fits($0) }
    #expect(backwards == forwards.reversed())
    #expect(SimulatedSurvey(kind: kind, count: 120, seed: 43).fits(3) != backwards[2])
    #expect(Set(forwards).count == 4)
  }

  @Test func ondrejovSpectraHaveTheProportionsOfThePublishedTrainingSet() {
    // 47.2 % absorption, 41.0 % emission, 11.9 % double-peak of 12,936 (Škoda, Podsztavek & Tvrdík 2020).
    let shares = Self.shares(SimulatedSurveys.ondrejovRecords)
    #expect(abs(shares[0] - 0.47) < 0.04)
    #expect(abs(shares[1] - 0.41) < 0.04)
    #expect(abs(shares[2] - 0.12) < 0.03)
  }

  @Test func oneLamostSpectrumInAHundredShowsEmission() {
    let shares = Self.shares(SimulatedSurveys.lamostRecords)
    #expect((0.007...0.018).contains(shares[1] + shares[2]))
    #expect((0.08...0.35).contains(shares[2] / (shares[1] + shares[2])))
  }

  @Test func sharesCanBeChosen() {
    let survey = SimulatedSurvey(
      kind: .lamost, count: 1500, seed: 5, emissionFraction: 0.4, doublePeakShare: 0.5, sharedFraction: 0)
    let shares = Self.shares((0..<1500).map(survey.record))
    // Faint spectra lose their emission in the noise, so that somewhat less than 40 % is left.
    #expect((0.33...0.42).contains(shares[1] + shares[2]))
    #expect((0.35...0.55).contains(shares[2] / (shares[1] + shares[2])))
  }

  @Test func doublePeaksAreLostBetweenOndrejovAndLamost() {
    let emission = SimulatedSurveys.lamostRecords.filter { $0.equivalentWidth > 0 }
    let before = emission.count { $0.intrinsic == .doublePeak }
    let after = emission.count { $0.truth == .doublePeak }
    #expect(after * 3 < before * 2)
    let sharp = SimulatedSurveys.ondrejovRecords
    #expect(sharp.count { $0.truth == .doublePeak } * 10 > sharp.count { $0.intrinsic == .doublePeak } * 8)
  }

  @Test func ondrejovVisitsFewStarsManyTimes() {
    let visits = Dictionary(grouping: SimulatedSurveys.ondrejovRecords, by: \.star).mapValues(\.count)
    let mean = 3000.0 / Double(visits.count)
    #expect((12.0...24.0).contains(mean))
    #expect((visits.values.max() ?? 0) > 60)
  }

  @Test func aSixthOfTheLamostSpectraRepeatAStar() {
    let stars = Set(SimulatedSurveys.lamostRecords.map(\.star)).count
    #expect(abs(1 - Double(stars) / 12_000 - 0.18) < 0.01)
  }

  @Test func theStatedShareOfOndrejovStarsLiesInLamostDisplacedLikeFibres() {
    let source = Dictionary(grouping: SimulatedSurveys.ondrejovRecords, by: \.star)
    let pool = Dictionary(grouping: SimulatedSurveys.lamostRecords, by: \.star)
    let stars = source.keys.filter { $0 < 90 }
    let shared = stars.filter { pool[$0] != nil }
    #expect(abs(Double(shared.count) / Double(stars.count) - 0.25) < 0.03)
    let offsets = shared.compactMap { star -> Double? in
      guard let a = source[star]?.first, let b = pool[star]?.first else { return nil }
      return Self.separation(a, b)
    }.sorted()
    // Of the 22 published pairs: 0.08″ to 24.1″, median 9.2″.
    #expect((3.0...16.0).contains(offsets[offsets.count / 2]))
    #expect((offsets.last ?? 99) <= 24.001)
    for star in shared {
      guard let record = pool[star]?.first, let a = source[star]?.first else { continue }
      #expect(abs(record.fibreOffset - Self.separation(a, record)) < 1e-3)
      #expect(record.spectralType == a.spectralType)
    }
  }

  @Test func namesAreUniqueAndLeadBackToTheSpectrum() {
    for (survey, records) in [
      (SimulatedSurveys.ondrejov, SimulatedSurveys.ondrejovRecords),
      (SimulatedSurveys.lamost, SimulatedSurveys.lamostRecords),
    ] {
      #expect(Set(records.map(\.name)).count == records.count)
      #expect(records.allSatisfy { survey.index(ofName: $0.name) == $0.index })
      for wrong in [
        "", "spec-1-2-3", "sim20110101_999999", "spec-56222-SIM106N09P0000_sp99-001", "sim_-1",
        "spec-56222-SIM106N09P9223372036854775807_sp01-001",
        "spec-56222-SIM106N09P0000_sp-9223372036854775808-001",
        "spec-56222-SIM106N09P0000_sp01-9223372036854775807", "sim20110101_9223372036854775807",
      ] {
        #expect(survey.index(ofName: wrong) == nil)
      }
    }
  }

  @Test func spectraOfTheSameStarAreWithinAPlate() {
    for record in SimulatedSurveys.lamostRecords where record.index % 97 == 0 {
      let first = SimulatedSurveys.lamostRecords[record.index / 500 * 500]
      #expect(Self.separation(first, record) < 5.01 * 3600)
      #expect(record.mjd == first.mjd)
      #expect((-90.0...90.0).contains(record.dec) && (0.0..<360.0).contains(record.ra))
    }
  }

  static func shares(_ records: [SimulatedRecord]) -> [Double] {
    SimulatedClass.allCases.map { wanted in
      Double(records.count { $0.truth == wanted }) / Double(records.count)
    }
  }

  /// Distance in arcseconds, good to 1e-6″ for small ones.
  static func separation(_ a: SimulatedRecord, _ b: SimulatedRecord) -> Double {
    angle(a.ra, a.dec, b.ra, b.dec) * 3600
  }
}
