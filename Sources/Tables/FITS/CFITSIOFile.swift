import CCFITSIO
import Glibc

/// An open FITS file: CFITSIO, fenced.
///
/// It is used by one thread at a time. Files are opened as they are named (`ffdkopn`): no extended file names, filters
/// or addresses.
final class CFITSIOFile {
  private var file: UnsafeMutablePointer<fitsfile>?
  private var memory: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
  private var memorySize: UnsafeMutablePointer<Int>?

  /// Opens a file for reading; gzip files are decompressed by CFITSIO.
  init(path: String) throws(TableError) {
    var status: Int32 = 0
    ffdkopn(&file, path, READONLY, &status)
    try Self.check(status, "cannot open")
  }

  /// Opens FITS data in memory for reading.
  init(bytes: [UInt8]) throws(TableError) {
    try allocate(bytes.count)
    bytes.withUnsafeBytes { buffer in
      if let start = buffer.baseAddress { memory?.pointee?.copyMemory(from: start, byteCount: buffer.count) }
    }
    var status: Int32 = 0
    ffomem(&file, "memory", READONLY, memory, memorySize, 2880, nil, &status)
    try check(status, "cannot open")
  }

  /// Begins a file in memory, for writing.
  init() throws(TableError) {
    try allocate(2880)
    var status: Int32 = 0
    ffimem(&file, memory, memorySize, 2880, { pointer, size in realloc(pointer, size) }, &status)
    try check(status, "cannot begin")
  }

  deinit {
    close()
    if let memory {
      free(memory.pointee)
      memory.deallocate()
    }
    memorySize?.deallocate()
  }

  private func allocate(_ size: Int) throws(TableError) {
    let block = UnsafeMutablePointer<UnsafeMutableRawPointer?>.allocate(capacity: 1)
    // CFITSIO reads whole blocks of 2880 bytes, also where a cut file ends within one.
    block.initialize(to: calloc((size + 2879) / 2880 + 1, 2880))
    let length = UnsafeMutablePointer<Int>.allocate(capacity: 1)
    length.initialize(to: size)
    memory = block
    memorySize = length
    guard block.pointee != nil else { throw TableError(code: "FIT-02", message: "out of memory") }
  }

  private func close() {
    var status: Int32 = 0
    if file != nil { ffclos(file, &status) }
    file = nil
  }

  /// Ends a file in memory and gives its bytes.
  func finish() throws(TableError) -> [UInt8] {
    var status: Int32 = 0
    ffflus(file, &status)
    var header = 0
    var data = 0
    var end = 0
    ffghad(file, &header, &data, &end, &status)
    try check(status, "cannot end")
    guard let start = memory?.pointee else { return [] }
    return Array(UnsafeRawBufferPointer(start: start, count: end))
  }

  private func check(_ status: Int32, _ what: String) throws(TableError) { try Self.check(status, what) }

  private static func check(_ status: Int32, _ what: String) throws(TableError) {
    guard status != 0 else { return }
    var text = [CChar](repeating: 0, count: 81)
    ffgerr(status, &text)
    ffcmsg()
    let reason = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    throw TableError(code: "FIT-01", message: "\(what): \(reason) (CFITSIO \(status))")
  }

  // MARK: Reading

  /// The number of header-data units.
  func unitCount() throws(TableError) -> Int {
    var count: Int32 = 0
    var status: Int32 = 0
    ffthdu(file, &count, &status)
    try check(status, "cannot count the units")
    return Int(count)
  }

  /// Moves to a unit, from 1; whether it is a table.
  func move(to unit: Int) throws(TableError) -> Bool {
    var type: Int32 = 0
    var status: Int32 = 0
    ffmahd(file, Int32(unit), &type, &status)
    try check(status, "cannot move to unit \(unit)")
    return type == BINARY_TBL || type == ASCII_TBL
  }

  /// The value of a card of the present unit as text, without its quotes.
  func card(_ name: String) -> String? {
    var value = [CChar](repeating: 0, count: 1024)
    var status: Int32 = 0
    ffpmrk()
    defer { ffcmrk() }
    if longCard(name, &value, &status) == 0 { return Self.text(value) }
    return nil
  }

  private func longCard(_ name: String, _ value: inout [CChar], _ status: inout Int32) -> Int32 {
    var long: UnsafeMutablePointer<CChar>?
    ffgkls(file, name, &long, nil, &status)
    guard status == 0, let long else { return status == 0 ? 1 : status }
    defer {
      var release: Int32 = 0
      fffree(long, &release)
    }
    let length = min(strlen(long), 65_535)
    value = Array(UnsafeBufferPointer(start: long, count: length)) + [0]
    return 0
  }

  static func text(_ characters: [CChar]) -> String {
    String(decoding: characters.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// All cards of the present unit as name, value and comment, as they stand.
  func cards() -> [(name: String, value: String, comment: String)] {
    var count: Int32 = 0
    var more: Int32 = 0
    var status: Int32 = 0
    ffghsp(file, &count, &more, &status)
    guard status == 0, count > 0 else { return [] }
    var list: [(String, String, String)] = []
    for index in 1...count {
      var name = [CChar](repeating: 0, count: 81)
      var value = [CChar](repeating: 0, count: 81)
      var comment = [CChar](repeating: 0, count: 81)
      var status: Int32 = 0
      ffgkyn(file, index, &name, &value, &comment, &status)
      if status == 0 { list.append((Self.text(name), Self.text(value), Self.text(comment))) }
    }
    return list
  }

  /// Rows and columns of the present table.
  func tableSize() throws(TableError) -> (rows: Int, columns: Int) {
    var rows: Int64 = 0
    var columns: Int32 = 0
    var status: Int32 = 0
    ffgnrwll(file, &rows, &status)
    ffgncl(file, &columns, &status)
    try check(status, "cannot read the table")
    return (Int(rows), Int(columns))
  }

  /// The type code, elements of a cell and bytes of a string of a column, from 1.
  func columnType(_ column: Int) throws(TableError) -> (code: Int, elements: Int, width: Int) {
    var code: Int32 = 0
    var elements: Int64 = 0
    var width: Int64 = 0
    var status: Int32 = 0
    ffeqtyll(file, Int32(column), &code, &elements, &width, &status)
    try check(status, "cannot read column \(column)")
    return (Int(code), Int(elements), Int(width))
  }

  /// The type code of a column as it is stored, before TSCAL and TZERO.
  func storedType(_ column: Int) throws(TableError) -> Int {
    var code: Int32 = 0
    var status: Int32 = 0
    ffgtclll(file, Int32(column), &code, nil, nil, &status)
    try check(status, "cannot read column \(column)")
    return Int(code)
  }

  /// Elements of a cell of a column of variable arrays; rows and columns from 1.
  func arrayLength(_ column: Int, row: Int) throws(TableError) -> Int {
    var length: Int64 = 0
    var offset: Int64 = 0
    var status: Int32 = 0
    ffgdesll(file, Int32(column), Int64(row), &length, &offset, &status)
    try check(status, "cannot read column \(column)")
    return Int(length)
  }

  /// Elements of a column from a row on, with a flag for each that is null; without flags, nulls are not looked for.
  func read<T>(
    _ column: Int, row: Int, count: Int, type: Int32, into values: UnsafeMutablePointer<T>,
    nulls: UnsafeMutablePointer<CChar>?
  ) throws(TableError) {
    guard count > 0 else { return }
    var status: Int32 = 0
    var anyNull: Int32 = 0
    if let nulls {
      ffgcf(file, type, Int32(column), Int64(row), 1, Int64(count), values, nulls, &anyNull, &status)
    } else {
      ffgcv(file, type, Int32(column), Int64(row), 1, Int64(count), nil, values, &anyNull, &status)
    }
    try check(status, "cannot read column \(column)")
  }

  /// The strings of a column from a row on; each at most `width` bytes.
  func readStrings(
    _ column: Int, row: Int, element: Int = 1, count: Int, width: Int,
    _ body: (UnsafeMutablePointer<CChar>) -> Void
  ) throws(TableError) {
    guard count > 0 else { return }
    let stride = width + 1
    let block = UnsafeMutablePointer<CChar>.allocate(capacity: stride * count)
    defer { block.deallocate() }
    block.initialize(repeating: 0, count: stride * count)
    var pointers: [UnsafeMutablePointer<CChar>?] = (0..<count).map { block + $0 * stride }
    var status: Int32 = 0
    var anyNull: Int32 = 0
    var empty: [CChar] = [0]
    ffgcvs(
      file, Int32(column), Int64(row), Int64(element), Int64(count), &empty, &pointers, &anyNull, &status)
    try check(status, "cannot read column \(column)")
    for index in 0..<count { body(block + index * stride) }
  }

  // MARK: Writing

  /// Begins a binary table as a new unit.
  func createTable(names: [String], forms: [String], units: [String], name: String) throws(TableError) {
    var status: Int32 = 0
    let lists = [names, forms, units].map { $0.map { strdup($0) } }
    defer { lists.joined().forEach { free($0) } }
    var (first, second, third) = (lists[0], lists[1], lists[2])
    ffcrtb(
      file, BINARY_TBL, 0, Int32(names.count), &first, &second, &third, name.isEmpty ? nil : name, &status)
    try check(status, "cannot begin the table")
  }

  /// Writes a text card; long text is continued on further cards.
  func write(card name: String, _ value: String, comment: String = "") throws(TableError) {
    var status: Int32 = 0
    ffpkls(file, name, value, comment, &status)
    try check(status, "cannot write the card \(name)")
  }

  /// Writes an integer card.
  func write(card name: String, _ value: Int64) throws(TableError) {
    var status: Int32 = 0
    ffpkyj(file, name, value, nil, &status)
    try check(status, "cannot write the card \(name)")
  }

  /// Makes CFITSIO read the cards of the table's columns again.
  func reload() throws(TableError) {
    var status: Int32 = 0
    ffrdef(file, &status)
    try check(status, "cannot read the header back")
  }

  /// Writes elements of a column, from a row and an element of it on, both from 1.
  func write<T>(
    _ column: Int, row: Int, count: Int, type: Int32, _ values: UnsafePointer<T>
  ) throws(TableError) {
    guard count > 0 else { return }
    var status: Int32 = 0
    ffpcl(
      file, type, Int32(column), Int64(row), 1, Int64(count), UnsafeMutableRawPointer(mutating: values),
      &status)
    try check(status, "cannot write column \(column)")
  }

  /// Writes strings of a column, from a row on.
  func write(_ column: Int, row: Int, strings: [String]) throws(TableError) {
    guard !strings.isEmpty else { return }
    var pointers: [UnsafeMutablePointer<CChar>?] = strings.map { strdup($0) }
    defer { pointers.forEach { free($0) } }
    var status: Int32 = 0
    ffpcls(file, Int32(column), Int64(row), 1, Int64(strings.count), &pointers, &status)
    try check(status, "cannot write column \(column)")
  }

  /// Makes an element null: the column's TNULL, NaN or nothing; row and element from 1.
  func writeNull(_ column: Int, row: Int, element: Int) throws(TableError) {
    var status: Int32 = 0
    ffpclu(file, Int32(column), Int64(row), Int64(element), 1, &status)
    try check(status, "cannot write column \(column)")
  }
}

extension CFITSIOFile {
  /// The version of CFITSIO in this process, such as `4.2.0`.
  static var version: String {
    // 4.0200 is version 4.2.0.
    var number: Float = 0
    ffvers(&number)
    let digits = Int((number * 10_000).rounded())
    return "\(digits / 10_000).\(digits / 100 % 100).\(digits % 100)"
  }
}
