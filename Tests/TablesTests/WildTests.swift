import FoundationEssentials
import Testing

@testable import Tables

/// Documents that do not keep to the standard, and what is to be made of each: `expect.json` beside them.
@Suite(.enabled(if: TestData.hasWild, "skipped: the wild documents are not here (VOTRAWL_TEST_DATA/../wild)"))
struct WildTests {
  struct Expectation: Decodable, CustomTestStringConvertible, Sendable {
    struct Alternative: Decodable, Sendable { let `do`: String }
    let name: String
    let `do`: String
    let rows: Int?
    let columns: [String]?
    let values: [[JSONValue]]?
    let params: [String: String]?
    let overflow: Bool?
    let error_contains: String?
    let error_tells: String?
    var testDescription: String { name }
  }

  struct File: Decodable { let files: [Expectation] }

  static let expectations: [Expectation] = {
    guard let bytes = try? FileBytes.read(TestData.wild + "/expect.json"),
      let file = try? JSONDecoder().decode(File.self, from: Data(bytes))
    else { return [] }
    return file.files
  }()

  @Test func everyFileHasAnExpectation() {
    let names = TestData.files(TestData.wild).filter { $0.hasSuffix(".vot") }
    #expect(Set(names) == Set(Self.expectations.map(\.name)))
    #expect(names.count >= 34)
  }

  /// Words that the refusals must hold, for what `error_tells` says.
  private static let told: [String: [String]] = [
    "030_billion_laughs.vot": ["entit"], "040_leading_php_warning.vot": ["<br />", "before the document"],
    "042_html_error_page.vot": ["HTML", "502 Bad Gateway"],
  ]

  @Test(arguments: expectations) func whatShouldHappenHappens(_ expectation: Expectation) throws {
    let path = TestData.wild + "/" + expectation.name
    let document: VOTableDocument
    do {
      document = try VOTableReader().read(path: path)
    } catch {
      #expect(expectation.do == "refuse", "\(error)")
      for word in Self.told[expectation.name] ?? [] {
        #expect(error.description.contains(word), "\(error)")
      }
      if let words = expectation.error_contains { #expect(error.description.contains(words)) }
      return
    }
    let problems = document.diagnostics.filter { $0.severity != .note }
    switch expectation.do {
    case "refuse":
      // A server's error document is read; what it says is the status, and there is no table.
      guard case .error(let message) = document.queryStatus else {
        Issue.record("not refused")
        return
      }
      #expect(document.results == nil)
      #expect(message.contains(expectation.error_contains ?? "?"))
      #expect(throws: TableError.self) { try document.requireResults() }
      return
    case "ok":
      #expect(problems.isEmpty, "\(problems)")
      #expect(!document.isPartial)
    case "ok + warning":
      #expect(problems.contains { $0.severity == .warning }, "no warning")
      #expect(!problems.contains { $0.severity == .error }, "\(problems)")
      #expect(!document.isPartial)
    case "partial":
      #expect(document.isPartial)
      #expect(
        problems.contains { $0.severity == .error && $0.message.contains(expectation.error_contains ?? "") })
    default: Issue.record("unknown expectation \(expectation.do)")
    }
    if expectation.overflow == true { #expect(document.queryStatus == .overflow) }
    let table = try #require(document.results)
    #expect(table.rowCount == expectation.rows)
    try compare(table, expectation)
    for (name, value) in expectation.params ?? [:] { #expect(table.parameter(name)?.string == value) }
  }

  private func compare(_ table: Table, _ expectation: Expectation) throws {
    let columns = expectation.columns ?? []
    #expect(table.columns.map(\.field.name) == columns.map { String($0.split(separator: " ")[0]) })
    for (row, cells) in (expectation.values ?? []).enumerated() {
      for (index, cell) in cells.enumerated() {
        #expect(
          cell.matches(table.columns[index], row), "row \(row), column \(columns[index]): \(cell)")
      }
    }
  }
}

/// A value of a JSON document.
indirect enum JSONValue: Decodable, Sendable {
  case null, bool(Bool), number(Double), string(String), list([JSONValue]), object([String: JSONValue])

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .bool(value)
    } else if let value = try? container.decode(Double.self) {
      self = .number(value)
    } else if let value = try? container.decode(String.self) {
      self = .string(value)
    } else if let value = try? container.decode([JSONValue].self) {
      self = .list(value)
    } else {
      self = .object(try container.decode([String: JSONValue].self))
    }
  }

  var number: Double? {
    switch self {
    case .number(let value): value
    case .string("Infinity"): .infinity
    case .string("-Infinity"): -.infinity
    default: nil
    }
  }

  /// Whether a cell holds this value, in the conventions of `expect.json`.
  func matches(_ column: Column, _ row: Int) -> Bool {
    switch self {
    case .null: return column.isNull(row) || column.string(row) == ""
    case .bool(let value): return column.boolean(row) == value
    case .number(let value):
      return column.field.datatype == .float
        ? column.double(row) == Double(Float(value)) : column.double(row) == value
    case .string(""): return (column.string(row) ?? "").isEmpty
    case .string(let value):
      return column.field.datatype.isText ? column.string(row) == value : column.double(row) == number
    case .list(let values):
      if column.field.datatype.isText {
        let strings = column.strings(row)
        return strings.count == values.count
          && zip(strings, values).allSatisfy { if case .string(let text) = $1 { $0 == text } else { false } }
      }
      let numbers = column.doubles(row)
      return numbers.count == values.count
        && zip(numbers, values).allSatisfy { $0 == $1.number || ($0.isNaN && $1.number == nil) }
    case .object(let members):
      if case .list(let choices)? = members["any of"] { return choices.contains { $0.matches(column, row) } }
      guard case .string(let text)? = members["repeat"], let count = members["times"]?.number else {
        return false
      }
      return column.string(row) == String(repeating: text, count: Int(count))
    }
  }
}
