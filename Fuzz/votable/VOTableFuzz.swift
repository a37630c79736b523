import Glibc

// A libFuzzer target for the VOTable reader; compiled together with the library (run.sh), so there is no import.
// TARGET in the environment chooses what the bytes are: `document`, the inside of `tabledata`, or the decoded stream
// of `binary`, `binary2` or `fits`.

private let target = getenv("TARGET").map { String(cString: $0) } ?? "document"

private let limits = ReaderLimits(
  documentBytes: 1 << 22, cellBytes: 1 << 20, tableBytes: 1 << 24, depth: 50, elements: 10_000)

private let fields: String = {
  let types: [(Datatype, String)] = [
    (.boolean, ""), (.boolean, "*"), (.bit, "3"), (.bit, "*"), (.unsignedByte, ""), (.short, "2"), (.int, ""),
    (.long, "*"), (.char, "*"), (.char, "3"), (.char, "2x*"), (.unicodeChar, "*"), (.unicodeChar, "2x2"),
    (.float, ""),
    (.double, "*"), (.floatComplex, ""), (.doubleComplex, "2x*"), (.int, "*"),
  ]
  return types.enumerated().map { index, type in
    "<FIELD name=\"c\(index)\" datatype=\"\(type.0.rawValue)\""
      + (type.1.isEmpty ? "" : " arraysize=\"\(type.1)\"") + "><VALUES null=\"7\"/></FIELD>"
  }.joined()
}()

private func document(of bytes: [UInt8]) -> [UInt8] {
  let head = "<VOTABLE version=\"1.4\"><RESOURCE type=\"results\"><TABLE>\(fields)<DATA>"
  let tail = "</DATA></TABLE></RESOURCE></VOTABLE>"
  switch target {
  case "tabledata": return Array((head + "<TABLEDATA>").utf8) + bytes + Array(("</TABLEDATA>" + tail).utf8)
  case "binary", "binary2", "fits":
    var rest = bytes
    var text: [UInt8] = []
    Base64Encoder.encode(&rest, isLast: true, into: &text)
    let name = target.uppercased()
    return Array((head + "<\(name)><STREAM encoding=\"base64\">").utf8) + text
      + Array(("</STREAM></\(name)>" + tail).utf8)
  default: return bytes
  }
}

/// The text of every cell, so that every accessor is called.
private func cells(of document: VOTableDocument) -> [[String?]] {
  document.tables.flatMap { table in
    table.columns.map { column in
      (0..<column.rowCount).map { row in
        _ = column.integers(row)
        _ = column.strings(row)
        _ = column.booleans(row)
        return column.isNull(row) || column.string(row) == ""
          ? nil : "\(column.string(row) ?? "") \(column.doubles(row))"
      }
    }
  }
}

private func read(_ bytes: [UInt8], _ mode: ReaderMode, piece: Int, scansRows: Bool = true)
  -> VOTableDocument?
{
  let input = DocumentInput(mode: mode, limits: limits, base: "http://fuzz.example/x", scansRows: scansRows)
  do {
    var start = 0
    while start < bytes.count {
      let end = min(start + piece, bytes.count)
      try bytes[start..<end].withUnsafeBufferPointer { try input.feed($0) }
      start = end
    }
    return try input.finish()
  } catch {
    return nil
  }
}

/// Reads the bytes in one piece and in several, strictly and forgivingly, and writes what was read.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  guard count > 1 else { return 0 }
  let bytes = document(of: Array(UnsafeBufferPointer(start: data + 1, count: count - 1)))
  let piece = 1 + Int(data[0])
  let whole = read(bytes, .tolerant, piece: bytes.count)
  let pieces = read(bytes, .tolerant, piece: piece)
  precondition((whole == nil) == (pieces == nil), "pieces decide whether it is read")
  guard let whole, let pieces else { return 0 }
  let text = cells(of: whole)
  precondition(text == cells(of: pieces), "pieces change the cells")
  precondition(whole.isPartial == pieces.isPartial, "pieces change the outcome")
  if let strict = read(bytes, .strict, piece: piece) {
    // What keeps to the standard reads alike through the XML parser and through the scanner.
    precondition(cells(of: strict) == text, "the scanner differs from the XML parser")
  }
  if let written = try? VOTableWriter(version: .v1_4, serialization: .binary2).bytes(of: whole) {
    let again = read(written, .tolerant, piece: written.count)
    precondition(
      again.map { cells(of: $0).map(\.count) } == text.map(\.count), "what is written does not read back")
  }
  return 0
}
