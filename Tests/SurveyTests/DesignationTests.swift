import Testing

@testable import Survey

@Suite struct DesignationTests {
  // The form of IAU designations: truncated, not rounded. γ Cas and HR 3135 by the positions of Hipparcos; the others by hand.
  @Test(arguments: [
    (14.17721289, 60.71674, "J005642.53+604300.2"), (119.5, -0.0001, "J075800.00-000000.3"),
    (359.99999999, 89.99999999, "J235959.99+895959.9"), (0, 0, "J000000.00+000000.0"),
  ])
  func aPositionMakesADesignationThatIsTruncated(ra: Double, dec: Double, designation: String) {
    #expect(SpectrumRecord.designation(ra: ra, dec: dec) == designation)
  }
}
