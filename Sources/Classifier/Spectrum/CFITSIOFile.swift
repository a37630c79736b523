import CCFITSIO

/// What is read through CFITSIO.
///
/// The only file of this folder that calls it. Every call opens the file in memory and closes it again: this is the way for the odd file, not for the survey.
enum CFITSIOFile {
  /// Pixels of an image, scaled.
  static func image(_ bytes: [UInt8], unit: Int, first: Int, count: Int) throws(SpectrumError) -> [Double] {
    try read(bytes, unit: unit, count: count) { file, output, status in
      var anyNull: Int32 = 0
      return ffgpvd(file, 1, Int64(first) + 1, Int64(count), .nan, output, &anyNull, status)
    }
  }

  /// Values of a table column from a row and element on, counted from 1, scaled.
  static func column(
    _ bytes: [UInt8], unit: Int, column: Int, row: Int, element: Int, count: Int
  ) throws(SpectrumError) -> [Double] {
    try read(bytes, unit: unit, count: count) { file, output, status in
      var anyNull: Int32 = 0
      return ffgcvd(
        file, Int32(column), Int64(row), Int64(element), Int64(count), .nan, output, &anyNull, status)
    }
  }

  /// Length of the variable-length array in row 1 of a column.
  static func elements(_ bytes: [UInt8], unit: Int, column: Int) throws(SpectrumError) -> Int {
    var length: Int64 = 0
    var place: Int64 = 0
    _ = try read(bytes, unit: unit, count: 0) { file, _, status in
      ffgdesll(file, Int32(column), 1, &length, &place, status)
    }
    guard length >= 0, length <= Int64(bytes.count) else {
      throw SpectrumError(.damaged, "FITS table with an array longer than its file")
    }
    return Int(length)
  }

  private typealias Body = (
    UnsafeMutablePointer<fitsfile>, UnsafeMutablePointer<Double>?, UnsafeMutablePointer<Int32>
  ) -> Int32

  private static func read(_ bytes: [UInt8], unit: Int, count: Int, _ body: Body) throws(SpectrumError)
    -> [Double]
  {
    // More values than bytes cannot be there; CFITSIO would believe a header that says so.
    guard 0...bytes.count ~= count else { throw SpectrumError(.damaged, "FITS data of \(count) values") }
    var status: Int32 = 0
    var values = [Double](repeating: .nan, count: count)
    // CFITSIO reads whole blocks of 2880 bytes, also where a cut file ends within one.
    var copy = bytes + [UInt8](repeating: 0, count: 2 * 2880 - bytes.count % 2880)
    copy.withUnsafeMutableBytes { memory in
      var address = memory.baseAddress
      var size = bytes.count
      var file: UnsafeMutablePointer<fitsfile>?
      // READONLY and no reallocation: CFITSIO never writes to the memory nor keeps it.
      guard ffomem(&file, "spectrum", READONLY, &address, &size, 0, nil, &status) == 0, let file else {
        return
      }
      if ffmahd(file, Int32(unit + 1), nil, &status) == 0 {
        values.withUnsafeMutableBufferPointer { output in
          _ = body(file, output.baseAddress, &status)
        }
      }
      var ignored: Int32 = 0
      ffclos(file, &ignored)
    }
    guard status == 0 else {
      var text = [CChar](repeating: 0, count: 31)
      ffgerr(status, &text)
      ffcmsg()
      let reason = String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
      throw SpectrumError(.damaged, "CFITSIO cannot read it: \(reason) (status \(status))")
    }
    return values
  }
}
