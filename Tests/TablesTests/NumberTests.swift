import Glibc
import Testing

@testable import Tables

@Suite struct NumberTests {
  private func double(_ text: String) -> Double? {
    Array(text.utf8).withUnsafeBufferPointer { buffer in
      buffer.baseAddress.flatMap { NumberText.double($0, buffer.count).number }
    }
  }

  private func integer(_ text: String) -> NumberText.Outcome<Int64> {
    Array((text + " ").utf8).withUnsafeBufferPointer { buffer in
      buffer.baseAddress.map { NumberText.integer($0, buffer.count - 1) } ?? .garbage
    }
  }

  @Test(arguments: [
    "0", "-0.0", "1", "1.5", "0.1", "123456789012345678", "1e22", "1e23", "9007199254740993", "4.9e-324",
    "5e-324",
    "2.2250738585072014e-308", "2.2250738585072011e-308", "1.7976931348623157e308", "1.7976931348623159e308",
    "1e309",
    "1e-400", "3.141592653589793238462643383279", "7.2057594037927933e16", "6.02214076E+23", ".5", "5.",
    "179769313486231580793728971405303415079934132710037826936173778980444968292764750946649017977587207096330286416692887910946555547851940402630657488671505820681908902000708383676273854845817711531764475730270069855571366959622842914819860834936475292719074168444365510704342711559699508093042880",
    "0.000000000000000000000000000000000000000000001e45", "8.988465674311579e307",
    "1.00000000000000011102230246251565",
    "0.500000000000000166533453693773481063544750213623046875", "3.518437208883201171875e13",
    "62.5364939768271845828",
    "8.10109172351e-10", "1.50000000000000011102230246251565", "4611686018427387904", "18446744073709551616",
  ])
  func realsAreRoundedLikeTheCLibrary(_ text: String) {
    #expect(double(text)?.bitPattern == strtod(text, nil).bitPattern)
  }

  @Test func randomRealsAreRoundedLikeTheCLibrary() {
    var state: UInt64 = 0x9E37_79B9_7F4A_7C15
    func next() -> UInt64 {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return state
    }
    for _ in 0..<200_000 {
      let value = Double(bitPattern: next())
      guard value.isFinite else { continue }
      #expect(double(value.description)?.bitPattern == value.bitPattern)
      let digits = "\(next() % 100_000_000_000_000_000).\(next() % 1_000_000)e\(Int(next() % 640) - 330)"
      #expect(double(digits)?.bitPattern == strtod(digits, nil).bitPattern, "\(digits)")
    }
  }

  @Test func floatsAreRoundedOnceNotTwice() {
    // Half way between two Floats in 24 bits, a little above in decimal: by way of Double it would go down.
    let text = "1.00000005960464477540"
    let bytes = Array(text.utf8)
    let value = bytes.withUnsafeBufferPointer { buffer in
      buffer.baseAddress.map { NumberText.float(Double(text) ?? 0, $0, buffer.count) }
    }
    #expect(value == strtof(text, nil))
    #expect(value != Float(Double(text) ?? 0))
  }

  @Test func specialReals() {
    #expect(double("NaN")?.isNaN == true)
    #expect(double("+Inf") == .infinity)
    #expect(double("-Inf") == -.infinity)
    #expect(double("-infinity") == -.infinity)
    #expect(double("1.5D3") == 1500)
    #expect(double("1.5-120") == 1.5e-120)
    #expect(double("12:30:00") == nil)
    #expect(double("1 2") == nil)
    #expect(double("--") == nil)
    #expect(double("e5") == nil)
    #expect(double("1e") == nil)
  }

  @Test func integersInEverySpelling() {
    #expect(integer("9223372036854775807").number == .max)
    #expect(integer("-9223372036854775808").number == .min)
    #expect(integer("9223372036854775808").number == nil)
    #expect(integer("0x1F").number == 31)
    #expect(integer("+7").number == 7)
    #expect(integer(" 7 ").number == 7)
    #expect(integer("3.0").number == 3)
    #expect(integer("3.5").number == nil)
    #expect(integer("1e3").number == 1000)
    #expect(integer("seven").number == nil)
    #expect(integer("-").number == nil)
    if case .nullWord = integer("NULL") {} else { Issue.record("NULL is a word for nothing") }
    if case .odd = integer("3.0") {} else { Issue.record("3.0 is no integer of VOTable") }
  }
}
