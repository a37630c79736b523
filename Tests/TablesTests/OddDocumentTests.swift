import Foundation
import Testing

@testable import Tables

/// Documents on which other readers fail or are silently wrong, beside those of the folder of wild documents: one a line of
/// the comparison of astropy, pyvo, STILTS and vot.
@Suite struct OddDocumentTests {
  /// What a document is to give.
  struct Oddity: CustomTestStringConvertible, Sendable {
    enum Outcome: Sendable { case ok, warned, partial, refused }

    let name: String
    let bytes: [UInt8]
    let outcome: Outcome
    /// The cells, row by row.
    var cells: [[String]] = []

    var testDescription: String { name }

    init(_ name: String, _ text: String, _ outcome: Outcome, _ cells: [[String]] = []) {
      self.init(name, Array(text.utf8), outcome, cells)
    }

    init(_ name: String, _ bytes: [UInt8], _ outcome: Outcome, _ cells: [[String]] = []) {
      (self.name, self.bytes, self.outcome, self.cells) = (name, bytes, outcome, cells)
    }
  }

  private static let double = #"<FIELD name="x" datatype="double"/>"#
  private static let text = #"<FIELD name="s" datatype="char" arraysize="*"/>"#
  private static let pair = #"<FIELD name="p" datatype="double" arraysize="2"/>"#

  private static func rows(_ cells: String...) -> String {
    cells.map { "<TR><TD>\($0)</TD></TR>" }.joined()
  }

  private static func utf16(_ text: String) -> [UInt8] {
    [0xFE, 0xFF] + text.utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] }
  }

  static let oddities: [Oddity] = [
    Oddity(
      "two-dimensional char PARAM",
      Documents.tabledata(
        #"<PARAM name="q" datatype="char" arraysize="5x3" value="abcdefghijklmno"/>"# + double, rows("1")),
      .ok,
      [["1.0"]]),
    Oddity(
      "Fortran exponent, and dashes for nothing", Documents.tabledata(double, rows("1.5d3", "--")), .warned,
      [["1500.0"], ["null"]]),
    Oddity("no datatype", Documents.tabledata(#"<FIELD name="x"/>"#, rows("abc")), .warned, [["abc"]]),
    Oddity(
      "unknown elements",
      Documents.tabledata(double + "<WHAT a='b'><EVER/></WHAT>", rows("1") + "<ODD/>" + rows("2")), .warned,
      [["1.0"], ["2.0"]]),
    Oddity(
      "UTF-16",
      utf16(Documents.tabledata(text, rows("λ Ori")).replacing("UTF-8", with: "UTF-16")), .ok, [["λ Ori"]]),
    Oddity(
      "too few cells",
      Documents.tabledata(double + text, "<TR><TD>1</TD></TR><TR><TD>2</TD><TD>b</TD></TR>"), .warned,
      [["1.0", "null"], ["2.0", "b"]]),
    Oddity(
      "control character", Array(Documents.tabledata(text, rows("a\u{1}b")).utf8), .warned, [["ab"]]),
    Oddity(
      "blanks before the declaration", "  \n" + Documents.tabledata(double, rows("1")), .warned, [["1.0"]]),
    Oddity(
      "junk behind the document", Documents.tabledata(double, rows("1")) + "<br>Notice: done", .warned,
      [["1.0"]]),
    Oddity("bare <", Documents.tabledata(text, rows("a < b")), .warned, [["a < b"]]),
    Oddity(
      "nested results",
      """
      <VOTABLE version="1.4"><RESOURCE><RESOURCE type="results"><TABLE>\(double)<DATA><TABLEDATA>\(rows("1"))</TABLEDATA>\
      </DATA></TABLE></RESOURCE></RESOURCE></VOTABLE>
      """, .ok, [["1.0"]]),
    Oddity(
      "commas in an array", Documents.tabledata(pair, rows("1, 2")), .warned, [["1.0 2.0"]]),
    Oddity(
      "fixed array in BINARY2",
      Documents.document(
        pair + "<DATA><BINARY2><STREAM encoding='base64'>"
          + Data([0] + [1.5, 2.5].flatMap(bigEndian)).base64EncodedString() + "</STREAM></BINARY2></DATA>"),
      .ok, [["1.5 2.5"]]),
    Oddity(
      "BINARY2 cut in its last row",
      Documents.document(
        double + "<DATA><BINARY2><STREAM encoding='base64'>"
          + Data([0] + bigEndian(1.5) + [0] + bigEndian(2.5).prefix(4)).base64EncodedString()
          + "</STREAM></BINARY2></DATA>"), .partial, [["1.5"]]),
    Oddity(
      "a dropped connection",
      String(Documents.tabledata(double, rows("1", "2", "31415")).split(separator: "31415")[0]), .partial,
      [["1.0"], ["2.0"]]),
    Oddity(
      "an error after the rows",
      Documents.tabledata(double, rows("1")).replacing(
        "</RESOURCE>", with: "<INFO name=\"QUERY_STATUS\" value=\"ERROR\">disk full</INFO></RESOURCE>"),
      .partial, [["1.0"]]),
    Oddity("a page", "<html><body>down</body></html>", .refused),
  ]

  private static func bigEndian(_ value: Double) -> [UInt8] {
    withUnsafeBytes(of: value.bitPattern.bigEndian) { Array($0) }
  }

  @Test(arguments: oddities) func anOddDocumentGivesItsRowsAndAWarning(_ odd: Oddity) throws {
    let document: VOTableDocument
    do {
      document = try VOTableReader().read(bytes: odd.bytes)
    } catch {
      #expect(odd.outcome == .refused, "\(error)")
      return
    }
    #expect(odd.outcome != .refused)
    let problems = document.diagnostics.filter { $0.severity != .note }
    #expect(document.isPartial == (odd.outcome == .partial), "\(problems)")
    #expect(problems.isEmpty == (odd.outcome == .ok), "\(problems)")
    if odd.outcome == .warned { #expect(problems.allSatisfy { $0.severity == .warning }, "\(problems)") }
    let table = try #require(document.results)
    let cells = (0..<table.rowCount).map { row in
      table.columns.map { column -> String in
        if column.isNull(row) { return "null" }
        if column.field.datatype == .double {
          return column.doubles(row).map { "\($0)" }.joined(separator: " ")
        }
        return column.string(row) ?? "null"
      }
    }
    #expect(cells == odd.cells)
  }

  @Test func anOverflowBehindTheTableIsFlagged() throws {
    let document = try Documents.read(
      Documents.tabledata(Self.double, Self.rows("1")).replacing(
        "</RESOURCE>", with: "<INFO name=\"QUERY_STATUS\" value=\"OVERFLOW\"/></RESOURCE>"))
    #expect(document.queryStatus == .overflow && !document.isPartial)
  }
}
