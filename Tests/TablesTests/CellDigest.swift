@testable import Tables

/// What the cells of a table hold, in two numbers; ``SuiteReference`` says how.
struct CellDigest: Equatable {
  private(set) var nulls = 0
  private(set) var checksum: UInt32 = 0

  init(_ table: Table) {
    for column in table.columns {
      for row in 0..<table.rowCount { add(column, row) }
    }
  }

  private mutating func add(_ column: Column, _ row: Int) {
    let storage = column.storage
    let elements: [String?] =
      storage.nulls.bit(row)
      ? []
      : storage.elements(row).map { element in
        if storage.elementNulls.bit(element) { return nil }
        switch storage.layout.kind {
        case .text:
          let text = String(decoding: storage.text(element), as: UTF8.self)
          return text.isEmpty ? nil : text
        case .float, .double:
          let value = storage.number(element)
          let digits = String(value.bitPattern, radix: 16)
          return value.isNaN ? nil : String(repeating: "0", count: 16 - digits.count) + digits
        default: return storage.integer(element).map(String.init)
        }
      }
    if elements.allSatisfy({ $0 == nil }) {
      nulls += 1
      update([0])
    } else {
      update(Array((elements.map { $0 ?? "-" }.joined(separator: " ") + "\n").utf8))
    }
  }

  private static let table: [UInt32] = (0..<256).map { index in
    (0..<8).reduce(UInt32(index)) { value, _ in value & 1 == 1 ? 0xEDB8_8320 ^ value >> 1 : value >> 1 }
  }

  private mutating func update(_ bytes: [UInt8]) {
    var value = ~checksum
    for byte in bytes { value = Self.table[Int((value ^ UInt32(byte)) & 0xFF)] ^ value >> 8 }
    checksum = ~value
  }
}
