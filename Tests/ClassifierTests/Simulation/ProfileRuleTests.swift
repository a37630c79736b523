import Testing

@testable import Classifier

@Suite struct ProfileRuleTests {
  private static func profile(
    separation: Double, width: Double = 15, instrument: Double = 9.6, type: Int = 3
  ) -> HAlphaProfile {
    // Δv = 2 v sin i / √R with R = 4: v sin i is the separation.
    let model = CircumstellarModel(
      nature: .be, inclination: 90, orbitalVelocity: separation, discRadius: 4, equivalentWidth: width,
      turbulence: 20)
    return HAlphaProfile(
      type: SimulatedStellarType(type), rotation: 100, model: model, instrument: instrument)
  }

  @Test func aBarePhotosphereIsAbsorption() {
    for code in [0, 10, 30, 55] {
      let star = HAlphaProfile(
        type: SimulatedStellarType(code), rotation: 50, model: CircumstellarModel(), instrument: 82)
      #expect(ProfileRule.classify(star, noise: 0) == .absorption)
    }
  }

  @Test func peaksThatTheInstrumentSeparatesAreADoublePeak() {
    #expect(ProfileRule.classify(Self.profile(separation: 300), noise: 0.01) == .doublePeak)
    #expect(ProfileRule.classify(Self.profile(separation: 40), noise: 0.01) == .emission)
  }

  @Test func lamostBlursTwoPeaksIntoOne() {
    // σ = 82 km/s: 200 km/s are two peaks at Ondřejov and one in LAMOST; 520 km/s are two in both.
    #expect(ProfileRule.classify(Self.profile(separation: 200), noise: 0.01) == .doublePeak)
    #expect(ProfileRule.classify(Self.profile(separation: 200, instrument: 82), noise: 0.01) == .emission)
    #expect(ProfileRule.classify(Self.profile(separation: 520, instrument: 82), noise: 0.01) == .doublePeak)
  }

  @Test func noiseHidesADipThenTheLine() {
    let profile = Self.profile(separation: 150, width: 4)
    #expect(ProfileRule.classify(profile, noise: 0) == .doublePeak)
    let dip = Self.dip(of: profile)
    #expect(dip > 0.03)
    #expect(ProfileRule.classify(profile, noise: Double(dip) / 1.5 * 0.99) == .doublePeak)
    #expect(ProfileRule.classify(profile, noise: Double(dip) / 1.5 * 1.01) == .emission)
    #expect(ProfileRule.classify(profile, noise: 3) == .absorption)
  }

  @Test func emissionThatOnlyFillsTheAbsorptionIsAbsorption() {
    let profile = Self.profile(separation: 60, width: 0.05, type: 10)
    #expect(ProfileRule.classify(profile, noise: 0) == .absorption)
  }

  @Test func aCentralReversalBelowTheContinuumIsEmission() {
    let profile = Self.profile(separation: 60, width: 1.2, instrument: 20, type: 10)
    #expect((profile.flux.max() ?? 2) < 1.05)
    #expect(ProfileRule.classify(profile, noise: 0.005) == .emission)
  }

  @Test func aDeepShellLineMakesTwoPeaks() {
    let model = CircumstellarModel(
      nature: .shell, inclination: 85, orbitalVelocity: 450, discRadius: 8, equivalentWidth: 10, fill: 0.3,
      shellDepth: 0.7, shellWidth: 60)
    let profile = HAlphaProfile(
      type: SimulatedStellarType(7), rotation: 350, model: model, instrument: 9.6)
    #expect(profile.flux[HAlphaProfile.count / 2] < 1)
    #expect(ProfileRule.classify(profile, noise: 0.01) == .doublePeak)
  }

  /// Lower peak minus valley, of a symmetric profile.
  private static func dip(of profile: HAlphaProfile) -> Float {
    let middle = HAlphaProfile.count / 2
    let reach = Int(300 / HAlphaProfile.step)
    let peak = profile.flux[(middle - reach)...middle].max() ?? 0
    return peak - profile.flux[middle]
  }
}
