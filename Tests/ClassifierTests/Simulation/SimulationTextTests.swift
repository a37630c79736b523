import Testing

@testable import Classifier

@Suite struct SimulationTextTests {
  /// Dates by astropy 8.0.2, `Time(mjd, format="mjd").isot`, rounded to a second.
  @Test(arguments: [
    (51544.5, "2000-01-01T12:00:00"), (58849.0, "2020-01-01T00:00:00"), (58908.75, "2020-02-29T18:00:00"),
    (55927.999, "2012-01-01T23:58:34"), (40587.0, "1970-01-01T00:00:00"),
  ])
  func modifiedJulianDatesBecomeTimestamps(mjd: Double, text: String) {
    #expect(SimulationText.timestamp(mjd: mjd) == text)
  }

  @Test func numbersAndAnglesHaveTheirDecimals() {
    #expect(SimulationText.fixed(-0.0004, 3) == "0.000")
    #expect(SimulationText.fixed(-1.25, 1) == "-1.3")
    #expect(SimulationText.fixed(12.999, 2) == "13.00")
    #expect(SimulationText.padded(7, 3) == "007")
    #expect(SimulationText.sexagesimal(-0.5, decimals: 1, signed: true) == "-00:30:00.0")
    #expect(SimulationText.sexagesimal(23.99999999, decimals: 2, signed: false) == "24:00:00.00")
  }

  @Test func offsetsHaveTheirLengthAndDirection() {
    for direction in stride(from: 0.0, to: 360, by: 45) {
      let moved = SimulationMath.offset(ra: 359.999, dec: 60, distance: 0.01, angle: direction)
      #expect(abs(angle(359.999, 60, moved.ra, moved.dec) - 0.01) < 1e-9)
    }
    let north = SimulationMath.offset(ra: 10, dec: 20, distance: 1, angle: 0)
    #expect(abs(north.dec - 21) < 1e-12 && abs(north.ra - 10) < 1e-12)
    let east = SimulationMath.offset(ra: 10, dec: 0, distance: 1, angle: 90)
    #expect(abs(east.ra - 11) < 1e-12)
  }
}
