import Classifier
import Testing

@Suite("Wavelength scales")
struct SpectrumScaleTests {
  @Test(
    "Air to vacuum follows the VALD formula with the published constants",
    arguments: [
      // Evaluated in numpy with the constants of the published code, double precision.
      (4861.363, 4862.721028743685), (5875.624, 5877.252561885691), (6562.801, 6564.613980268717),
      (6678.152, 6679.995999942196),
    ])
  func vald(_ air: Double, _ vacuum: Double) {
    #expect(abs(WavelengthScale.vacuumWavelength(air: air) - vacuum) < 1e-8)
  }

  @Test("There and back is the same wavelength to 1e-9 Å from 3000 to 11000 Å")
  func roundTrip() {
    for step in 0...800 {
      let air = 3000 + 10 * Double(step)
      let back = WavelengthScale.airWavelength(vacuum: WavelengthScale.vacuumWavelength(air: air))
      #expect(abs(back - air) < 1e-9)
    }
  }

  @Test("A spectrum on another scale keeps its flux, and finds the same pixels in a vacuum window")
  func conversion() {
    let wavelength = (0..<1000).map { 6400 + 0.4 * Double($0) }
    let air = Spectrum(
      wavelength: wavelength, scale: .air, flux: wavelength, metadata: SpectrumMetadata(layout: .text))
    let vacuum = air.on(.vacuum)
    #expect(vacuum.scale == .vacuum && vacuum.flux == air.flux)
    #expect(vacuum.wavelength == air.vacuumWavelength)
    #expect(air.pixels(inVacuum: 6519...6732) == vacuum.pixels(inVacuum: 6519...6732))
    #expect(air.pixels(inVacuum: 6519...6732).allSatisfy { (6519...6732).contains(vacuum.wavelength[$0]) })
    #expect(air.pixels(inVacuum: 9000...9100).isEmpty)
  }
}
