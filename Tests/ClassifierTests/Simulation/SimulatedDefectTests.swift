import Testing

@testable import Classifier

@Suite struct SimulatedDefectTests {
  @Test(arguments: SimulatedSurvey.Kind.allCases)
  func saturatedSpectraHaveFlatTopsAtTheStatedHeight(kind: SimulatedSurvey.Kind) throws {
    let survey = SimulatedSurvey(kind: kind, count: 6000, seed: 3, emissionFraction: 0.8, sharedFraction: 0)
    let saturated = (0..<6000).map(survey.record).filter { $0.saturation != nil }
    // LAMOST: 4 % of the 23 % with an S/N above 60; Ondřejov: 2 % of the 32 % above 250.
    #expect((15...110).contains(saturated.count))
    var flat = 0
    for record in saturated {
      let level =
        kind == .lamost ? survey.lamostVisit(record.index).level : survey.ondrejovVisit(record.index).counts
      let ceiling = try #require(record.saturation) * level
      let spectrum = survey.spectrum(record.index)
      let range = 6300.0...6700.0
      let near = spectrum.wavelength.indices.filter { range.contains(spectrum.wavelength[$0]) }
      #expect(near.allSatisfy { spectrum.flux[$0] <= ceiling * 1.006 })
      let top = near.count { abs(spectrum.flux[$0] - ceiling) < 0.005 * ceiling }
      if top >= 3 { flat += 1 }
      #expect(record.snr > (kind == .lamost ? 60 : 250))
    }
    #expect(flat * 4 >= saturated.count)
    // However much is cut off, something is left that a vector can be made of, unless pixels of Hα are lost.
    let refused = survey.summaries(0..<6000, preset: .standard).filter { !$0.hasVector }
    #expect(refused.count < 30)
    for summary in refused {
      let error = #expect(throws: SpectrumError.self) {
        try FeatureExtractor(.standard).vector(of: survey.spectrum(summary.record.index))
      }
      #expect(error?.code == .incomplete)
    }
  }

  @Test func theClassIsThatOfTheProfileThatTheDetectorCutOff() {
    let model = CircumstellarModel(
      nature: .be, inclination: 90, orbitalVelocity: 520, discRadius: 4, equivalentWidth: 20, turbulence: 20)
    let profile = HAlphaProfile(
      type: SimulatedStellarType(3), rotation: 100, model: model, instrument: 82)
    let middle = HAlphaProfile.count / 2
    let valley = Double(profile.flux[middle])
    let peak = Double(profile.flux.max() ?? 0)
    #expect(ProfileRule.classify(profile, noise: 0.01) == .doublePeak)
    // Between valley and peak both tops are flat, below the valley there is but one, below the continuum none.
    #expect(ProfileRule.classify(profile.clipped(at: (valley + peak) / 2), noise: 0.01) == .doublePeak)
    #expect(ProfileRule.classify(profile.clipped(at: valley - 0.05), noise: 0.01) == .emission)
    #expect(ProfileRule.classify(profile.clipped(at: 0.9), noise: 0.01) == .absorption)
  }

  @Test(arguments: SimulatedSurvey.Kind.allCases)
  func deadPixelsAreZerosNearHydrogenAsManyAsStated(kind: SimulatedSurvey.Kind) {
    let survey = SimulatedSurvey(kind: kind, count: 5000, seed: 4, sharedFraction: 0)
    let records = (0..<5000).map(survey.record)
    let dead = records.filter { $0.deadPixels > 0 }
    let share = Double(dead.count) / 5000
    // 15 of 440 real LAMOST spectra.
    #expect(abs(share - (kind == .lamost ? 15.0 / 440 : 0.01)) < 0.006)
    #expect(Set(dead.map(\.deadPixels)) == [1, 2, 3, 4])
    for record in dead.prefix(60) {
      let spectrum = survey.spectrum(record.index)
      let range = kind == .lamost ? 6515.0...6736.0 : 6490.0...6755.0
      let zeros = spectrum.wavelength.indices.filter {
        range.contains(spectrum.wavelength[$0]) && spectrum.flux[$0] == 0
      }
      #expect(zeros.count == record.deadPixels)
      // The peak of a strong line has no weight either.
      if zeros.contains(where: { abs(spectrum.wavelength[$0] - 6564.6) < 25 }) { continue }
      guard let first = zeros.first, let last = zeros.last, let weights = spectrum.inverseVariance else {
        continue
      }
      // Two pixels on either side have a flux, too, but no weight.
      #expect(weights[(first - 2)...(last + 2)].allSatisfy { $0 == 0 })
      #expect(spectrum.flux[first - 1] != 0 && spectrum.flux[last + 1] != 0 && weights[last + 3] > 0)
    }
    for record in records.filter({ $0.deadPixels == 0 && $0.nature != .noise }).prefix(60) {
      let spectrum = survey.spectrum(record.index)
      let near = spectrum.wavelength.indices.filter { (6515.0...6736.0).contains(spectrum.wavelength[$0]) }
      #expect(near.count { spectrum.flux[$0] == 0 } == 0)
    }
  }

  @Test func halfOfTheStrongLinesHaveNoWeightAtTheirPeakWhichVectorsDoNotDependOn() {
    let survey = SimulatedSurvey(kind: .lamost, count: 400, seed: 6, emissionFraction: 0.8, sharedFraction: 0)
    let records = (0..<400).map(survey.record)
    let strong = records.filter { $0.truth == .emission && $0.equivalentWidth > 15 && $0.snr > 30 }.prefix(60)
    var rejected = 0
    for record in strong {
      var spectrum = survey.spectrum(record.index)
      let line = spectrum.pixels(inVacuum: 6554.6...6574.6)
      guard let peak = line.max(by: { spectrum.flux[$0] < spectrum.flux[$1] }) else { continue }
      if spectrum.inverseVariance?[peak] == 0 { rejected += 1 }
      let vector = try? FeatureExtractor(.standard).vector(of: spectrum)
      for pixel in line where spectrum.flux[pixel] != 0 { spectrum.inverseVariance?[pixel] = 1 }
      #expect((try? FeatureExtractor(.standard).vector(of: spectrum)) == vector)
    }
    let share = Double(rejected) / Double(max(1, strong.count))
    #expect(strong.count >= 20 && abs(share - 0.5) < 0.3, "\(rejected) of \(strong.count)")
  }
}
