import Testing

@testable import Classifier

@Suite struct ProfilePhysicsTests {
  /// A plain disc seen at 60°, without anything else.
  private static func disc(radius: Double, exponent: Int = 4, width: Double = 15) -> CircumstellarModel {
    CircumstellarModel(
      nature: .be, inclination: 60, orbitalVelocity: 450, discRadius: radius, doubledExponent: exponent,
      equivalentWidth: width, turbulence: 5)
  }

  @Test(arguments: [2.0, 4, 8, 16], [2, 4, 6])
  func peaksOfAKeplerianDiscLieWhereHuangSays(radius: Double, exponent: Int) {
    let model = Self.disc(radius: radius, exponent: exponent)
    let disc = KeplerianDisc(model)
    let velocities = (1...450).map(Double.init)
    let peak = velocities.max { disc.flux(at: $0) < disc.flux(at: $1) } ?? 0
    // Δv = 2 v sin i / √R; half of it on each side, on a grid of 1 km/s.
    #expect(abs(peak - model.projectedVelocity / radius.squareRoot()) <= 1)
    #expect(disc.flux(at: -peak) == disc.flux(at: peak))
    #expect(disc.flux(at: model.projectedVelocity * 1.01) == 0)
  }

  @Test func peaksStayThereThroughTheOndrejovSpectrograph() throws {
    let model = Self.disc(radius: 5)
    let profile = HAlphaProfile(
      type: SimulatedStellarType(3), rotation: 200, model: model, instrument: 9.6)
    let half = HAlphaProfile.count / 2
    let blue = try #require((0..<half).max { profile.flux[$0] < profile.flux[$1] })
    let red = try #require((half..<HAlphaProfile.count).max { profile.flux[$0] < profile.flux[$1] })
    let separation = HAlphaProfile.velocity(red) - HAlphaProfile.velocity(blue)
    // Blurring moves the sharp outer edge inwards by about the width of the blur.
    #expect(abs(separation - model.peakSeparation) < 30)
  }

  @Test(arguments: [1.0, 15, 50])
  func emissionHasItsEquivalentWidth(width: Double) {
    let model = Self.disc(radius: 6, width: width)
    let profile = HAlphaProfile(
      type: SimulatedStellarType(5), rotation: 150, model: model, instrument: 82)
    let step = 6564.61 * HAlphaProfile.step / 299_792.458
    let sum = zip(profile.flux, profile.photosphere).reduce(0.0) { $0 + Double($1.0 - $1.1) }
    #expect(abs(sum * step - width) < 0.01 * width)
  }

  @Test func violetToRedRatioTiltsThePeaks() throws {
    var model = Self.disc(radius: 4)
    model.violetToRed = 1.5
    let profile = HAlphaProfile(type: SimulatedStellarType(3), rotation: 200, model: model, instrument: 9.6)
    let half = HAlphaProfile.count / 2
    let blue = try #require(profile.flux[..<half].max()) - 1
    let red = try #require(profile.flux[half...].max()) - 1
    #expect(abs(blue / red - 1.5) < 0.2)
  }

  /// Equivalent widths of Hα in main-sequence stars: 3 Å at B0, 6–8 at B5, 9–13 at A0, 5–7 at F0, 1.5–3 at G2.
  @Test(arguments: zip([0, 5, 10, 20, 32], [2.0...4.0, 5...8, 9...13, 4.5...7, 1.2...3]))
  func photospheresHaveTheEquivalentWidthsOfTheirTypes(code: Int, range: ClosedRange<Double>) {
    let type = SimulatedStellarType(code)
    let step = 0.05
    let width = stride(from: -80.0, through: 80, by: step).reduce(0) {
      $0 + type.balmerAbsorption(offset: $1) * step
    }
    #expect(range.contains(width))
  }

  @Test func rotationKernelHasTheMomentsOfALimbDarkenedDisc() {
    // For ε = 0.5 the variance is (π/2·1/4 + π/3·1/5) / (π/2 + π/3) = 0.23 of v sin i squared (Gray's profile).
    let kernel = SimulationKernel.rotation(width: 40, sigma: 1, shift: 0)
    let middle = Double(kernel.taps.count - 1) / 2
    let sum = kernel.taps.reduce(0, +)
    let variance = kernel.taps.enumerated().reduce(0.0) {
      $0 + Double($1.element) * (Double($1.offset) - middle) * (Double($1.offset) - middle)
    }
    #expect(abs(sum - 1) < 1e-5)
    #expect(abs(variance - 0.23 * 1600 - 1) < 6)
  }

  @Test(arguments: [0.0, 0.3, -7.6, 12.5])
  func kernelsShiftToTheRightByTheirShift(shift: Double) {
    var source = [Float](repeating: 0, count: 101)
    source[50] = 1
    let blurred = SimulationKernel.gaussian(sigma: 2, shift: shift).applied(to: source)
    let centre = blurred.enumerated().reduce(0.0) { $0 + Double($1.offset) * Double($1.element) }
    #expect(abs(centre - 50 - shift) < 1e-3)
    #expect(abs(blurred.reduce(0, +) - 1) < 1e-5)
  }

  @Test func zigguratNumbersAreNormal() {
    var random = SimulationRandom(seed: 1, .noise, 1)
    let numbers = SimulationVectors.normals(count: 200_000, from: &random).map(Double.init)
    let count = Double(numbers.count)
    let mean = numbers.reduce(0, +) / count
    let variance = numbers.reduce(0) { $0 + $1 * $1 } / count
    let kurtosis = numbers.reduce(0) { $0 + $1 * $1 * $1 * $1 } / count
    // Four standard errors: 4/√n, 4√(2/n), 4√(96/n).
    #expect(abs(mean) < 0.009)
    #expect(abs(variance - 1) < 0.0127)
    #expect(abs(kurtosis - 3) < 0.088)
    // Shares beyond 1, 2, 3 and 4 σ.
    for (limit, share) in [(1.0, 0.317311), (2, 0.0455003), (3, 0.0026998), (4, 6.334e-5)] {
      let found = Double(numbers.count { abs($0) > limit })
      #expect(abs(found - share * count) < 4 * (share * count).squareRoot() + 1)
    }
  }
}
