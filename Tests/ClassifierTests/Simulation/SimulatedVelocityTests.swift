import Testing

@testable import Classifier

@Suite struct SimulatedVelocityTests {
  private static func deviation(_ values: [Double]) -> Double {
    (values.reduce(0) { $0 + $1 * $1 } / Double(max(values.count, 1))).squareRoot()
  }

  @Test func aShareOfTheStarsMovesLikeTheHalo() {
    let survey = SimulatedSurvey(
      kind: .lamost, count: 24_000, seed: 14, emissionFraction: 0, sharedFraction: 0, repeatFraction: 0)
    let stars = (0..<24_000).map { survey.star(of: $0).star }.filter { $0.model.nature == .star }
    let halo = stars.filter { $0.population == .halo }
    let old = stars.filter { $0.population == .disc && $0.type.code >= 20 }
    // 3 % of what is not a B star.
    #expect(abs(Double(halo.count) / Double(stars.count) - 0.03) < 0.005)
    // 600 stars: the standard error of a deviation of 120 is 3.5.
    #expect(abs(Self.deviation(halo.map(\.velocity)) - 120) < 14)
    #expect(abs(Self.deviation(old.map(\.velocity)) - 40) < 1.5)
    #expect(stars.filter { $0.type.code < 10 }.allSatisfy { $0.population == .disc })
  }

  @Test func theZeroPointOfLamostErrsByFiveToTenKilometresASecond() {
    let errors = (0..<4000).map { LamostVisit(seed: 2, index: $0, plateDate: 56000).zeroPoint }
    #expect((5.0...10.0).contains(Self.deviation(errors)))
  }

  @Test func aHaloStarsLineLiesWhereItsVelocityPutsIt() throws {
    let survey = SimulatedSurvey(
      kind: .lamost, count: 40_000, seed: 21, emissionFraction: 0, sharedFraction: 0)
    var seen = 0
    for record in (0..<40_000).map(survey.record)
    where record.population == .halo && abs(record.radialVelocity) > 150 && record.snr > 60
      && record.nature == .star && "AF".contains(record.spectralType.prefix(1)) && record.saturation == nil
      && record.deadPixels == 0 && seen < 12
    {
      let spectrum = survey.spectrum(record.index)
      let near = spectrum.wavelength.indices.filter { (6550.0...6580.0).contains(spectrum.wavelength[$0]) }
      let lowest = try #require(near.min { spectrum.flux[$0] < spectrum.flux[$1] })
      let velocity = (spectrum.wavelength[lowest] / 6564.61 - 1) * 299_792.458
      // A pixel is 69 km/s, the zero point errs by 7.
      #expect(abs(velocity - record.radialVelocity) < 90)
      seen += 1
    }
    #expect(seen > 5)
  }
}
