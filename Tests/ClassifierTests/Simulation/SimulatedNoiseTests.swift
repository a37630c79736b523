import Classifier
import Testing

@Suite struct SimulatedNoiseTests {
  /// Scatter of a spectrum in a stretch without strong lines, from differences of next neighbours but one.
  private static func scatter(_ spectrum: Spectrum, _ window: ClosedRange<Double>) -> (
    noise: Double, level: Double
  ) {
    let pixels = spectrum.wavelength.indices.filter { window.contains(spectrum.wavelength[$0]) }
    let flux = pixels.map { spectrum.flux[$0] }
    let differences = (3..<flux.count).map { abs(flux[$0] - flux[$0 - 3]) }
    return (median(differences) * 1.4826 / 2.0.squareRoot(), median(flux))
  }

  @Test(arguments: SimulatedSurvey.Kind.allCases)
  func scatterAgreesWithTheStatedSignalToNoiseRatio(kind: SimulatedSurvey.Kind) {
    let survey = SimulatedSurvey(kind: kind, count: 700, seed: 19)
    let ratios = (0..<700).compactMap { index -> Double? in
      let record = survey.record(index)
      // Hot stars: no metal lines that would count as noise.
      guard record.nature == .star, ["B", "A"].contains(record.spectralType.prefix(1)), record.snr < 100
      else {
        return nil
      }
      let (noise, level) = Self.scatter(survey.spectrum(index), 6690...6750)
      return level / noise / record.snr
    }
    #expect(ratios.count > 20)
    #expect((0.85...1.2).contains(median(ratios)))
  }

  @Test func inverseVarianceOfLamostIsThatOfTheNoiseWithinAThird() {
    let survey = SimulatedSurvey(kind: .lamost, count: 400, seed: 19)
    let ratios = (0..<400).compactMap { index -> Double? in
      let record = survey.record(index)
      guard record.nature == .star, record.snr < 60, "BAF".contains(record.spectralType.prefix(1)) else {
        return nil
      }
      let spectrum = survey.spectrum(index)
      let variance = median(
        spectrum.wavelength.indices.filter { (6690.0...6750.0).contains(spectrum.wavelength[$0]) }
          .compactMap { spectrum.inverseVariance?[$0] })
      return Self.scatter(spectrum, 6690...6750).noise * variance.squareRoot()
    }
    #expect((0.75...1.35).contains(median(ratios)))
    #expect(ratios.filter { !(0.6...1.7).contains($0) }.count < ratios.count / 10)
  }

  @Test func deadPixelsHaveNoWeightAndAreMarked() {
    let survey = SimulatedSurvey(kind: .lamost, count: 40, seed: 23)
    for index in 0..<40 {
      let spectrum = survey.spectrum(index)
      let dead = spectrum.wavelength.indices.filter { spectrum.inverseVariance?[$0] == 0 }
      #expect(dead.count >= 25)
      let empty = spectrum.wavelength.indices.filter { spectrum.flux[$0] == 0 }
      #expect(empty.allSatisfy { spectrum.inverseVariance?[$0] == 0 && spectrum.mask?[$0] != 0 })
      // Beside those near Hα there are pixels without weight that have a flux; so has the peak of a strong line.
      #expect(
        dead.allSatisfy { pixel in
          empty.contains { abs($0 - pixel) <= 2 } || abs(spectrum.wavelength[pixel] - 6564.6) < 13
        })
      #expect(spectrum.flux.allSatisfy { $0.isFinite })
    }
  }

  @Test func noiseOnlySpectraHaveNoContinuum() {
    let survey = SimulatedSurvey(kind: .lamost, count: 400, seed: 29)
    let noise = (0..<400).map(survey.record).filter { $0.nature == .noise }
    #expect((10...45).contains(noise.count))
    for record in noise {
      let (scatter, level) = Self.scatter(survey.spectrum(record.index), 6400...6500)
      #expect(abs(level) < 3 * scatter)
      #expect(record.truth == .absorption)
    }
  }

  @Test func theLineIsSeenWhereTheStarMovesIt() {
    let survey = SimulatedSurvey(
      kind: .lamost, count: 1000, seed: 31, emissionFraction: 1, doublePeakShare: 0)
    let strong = (0..<1000).map(survey.record)
      .filter { $0.nature == .flareStar && $0.snr > 40 && $0.equivalentWidth > 4 }
    #expect(strong.count > 5)
    var astray = 0
    for record in strong {
      let spectrum = survey.spectrum(record.index)
      let near = spectrum.wavelength.indices.filter { (6550.0...6580.0).contains(spectrum.wavelength[$0]) }
      guard let peak = near.max(by: { spectrum.flux[$0] < spectrum.flux[$1] }) else { continue }
      let velocity = (spectrum.wavelength[peak] / 6564.61 - 1) * 299_792.458
      // A pixel is 69 km/s; the zero point errs by 7.
      if abs(velocity - record.radialVelocity) > 75 { astray += 1 }
    }
    // A cosmic ray may be higher than the line.
    #expect(astray * 10 <= strong.count)
  }
}
