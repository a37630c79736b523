@testable import Classifier
import Testing

@Suite("FITS cards")
struct SpectrumHeaderTests {
  private func header(_ cards: [String]) throws -> FITSHeader {
    try FITSHeader.read(.memory(SpectrumFixture.header(cards)), at: 0).0
  }

  @Test(
    "Numbers are read to the last digit, with signs, points and both kinds of exponent",
    arguments: [
      ("0", 0.0), ("-0.5", -0.5), ("+7.", 7), (".25", 0.25), ("6252.88698672323", 6252.88698672323),
      ("0.256679889101147", 0.256679889101147), ("1.D0", 1), ("-1.5d-3", -0.0015),
      ("6.50751343671159E-07", 6.50751343671159e-7),
      ("0.000100000", 0.0001), ("123456789012345678901234567890", 1.2345678901234568e29),
      ("9007199254740993", 9_007_199_254_740_992), ("0.30000000000000000000000000001", 0.3),
      ("2.14995733731074E+117", 2.14995733731074e117),
    ])
  func numbers(_ text: String, _ value: Double) throws {
    #expect(try header(["VALUE   =   \(text) / comment"]).double("VALUE") == value)
  }

  @Test(
    "What is no number is none",
    arguments: ["nan", "inf", "0x10", "1.2.3", "1e999", "", "-", ".", "E5", "1 2", "T", "'1'"])
  func noNumbers(_ text: String) throws {
    #expect(try header(["VALUE   = \(text)"]).double("VALUE") == nil)
  }

  @Test("Integers keep to digits and the range of 18 of them")
  func integers() throws {
    let cards = try header([
      "A       = -9999 /", "B       = 1.0", "C       = 99999999999999999999", "D       =  +5",
    ])
    #expect(cards.integer("A") == -9999 && cards.integer("B") == nil)
    #expect(cards.integer("C") == nil && cards.integer("D") == 5)
  }

  @Test("Strings keep slashes and doubled quotes, and lose trailing blanks; comments lose their slash")
  func strings() throws {
    let cards = try header([
      "A       = 'O''Meara / x   '   / who", "B       = '        ' / blank", "C       = 'open", "D       =",
      "E       =                    T /Extensions", "OBJECT", "F       = ''",
      "G       = 'T       '           / as text",
    ])
    #expect(cards.string("A") == "O'Meara / x" && cards.comment("A") == "who")
    #expect(cards.string("B") == nil && cards.has("B"))
    #expect(cards.string("C") == "open")
    #expect(cards.text("D") == nil && cards.string("OBJECT") == nil && cards.string("F") == nil)
    #expect(cards.logical("E") == true && cards.comment("E") == "Extensions" && cards.logical("G") == true)
    #expect(cards.string("NONE") == nil && !cards.has("NONE"))
  }
}
