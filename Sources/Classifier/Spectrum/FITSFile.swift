/// A FITS file: its units one after the other, read as far as they are asked for.
///
/// Plain images and tables of fixed columns, which is what the surveys publish, are decoded here from the bytes
/// in memory or on disk; whatever is odd (variable-length arrays, compressed images) goes through CFITSIO.
struct FITSFile {
  /// FITS files are made of blocks of this many bytes.
  static let block = 2880

  /// One unit (HDU) of the file.
  struct Unit {
    /// Its cards.
    let header: FITSHeader
    /// Place in the file; 0 is the primary unit.
    let index: Int
    /// Where its data start.
    let dataOffset: Int
    /// Bytes of data the header promises, without the padding to a whole block.
    let dataCount: Int

    /// `IMAGE`, `BINTABLE`, `TABLE`; a primary unit is an `IMAGE`.
    var kind: String { index == 0 ? "IMAGE" : header.string("XTENSION") ?? "" }
    /// `EXTNAME`, in capitals.
    var name: String { header.string("EXTNAME")?.uppercased() ?? "" }
    /// Length of the axes; only the first `NAXIS` cards count, whatever `NAXISn` cards follow.
    let axes: [Int]

    fileprivate init(header: FITSHeader, index: Int, dataOffset: Int, dataCount: Int) {
      self.header = header
      self.index = index
      self.dataOffset = dataOffset
      self.dataCount = dataCount
      let count = header.integer("NAXIS") ?? 0
      axes = count > 0 && count <= 999 ? (1...count).map { header.integer("NAXIS\($0)") ?? 0 } : []
    }
  }

  /// Where the bytes are.
  let source: SpectrumBytes
  /// Whether CFITSIO decodes everything, not only what is odd; the tests compare the two.
  var usesCFITSIO = false
  private var units: [Unit] = []
  private var next = 0

  /// A file whose first card is `SIMPLE`.
  init(_ source: SpectrumBytes) {
    self.source = source
  }

  /// The unit at `index`, or `nil` where the file has fewer.
  /// - Throws: `truncated` or `damaged` if a header on the way cannot be read.
  mutating func unit(_ index: Int) throws(SpectrumError) -> Unit? {
    while units.count <= index {
      guard next < source.count else { return nil }
      if !units.isEmpty {
        // What follows the last unit may be padding or special records, not a header.
        let start = try source.bytes(next..<min(next + 9, source.count))
        guard start.elementsEqual("XTENSION=".utf8.prefix(start.count)) else { return nil }
      }
      let (header, end) = try FITSHeader.read(source, at: next)
      let size = try Self.dataCount(header, isPrimary: units.isEmpty)
      units.append(Unit(header: header, index: units.count, dataOffset: end, dataCount: size))
      if case .parts(let parts) = source { parts.use(next..<end) }
      let (sum, over) = end.addingReportingOverflow((size + Self.block - 1) / Self.block * Self.block)
      guard !over else { throw SpectrumError(.damaged, "FITS header promises more data than there can be") }
      next = sum
    }
    return units[index]
  }

  /// The first unit for which `isWanted`, from `first` on.
  mutating func unit(
    from first: Int, where isWanted: (Unit) -> Bool
  ) throws(SpectrumError) -> Unit? {
    var index = first
    while index < 1000, let unit = try unit(index) {
      if isWanted(unit) { return unit }
      index += 1
    }
    return nil
  }

  /// Bytes of data behind a header: |BITPIX|/8 · GCOUNT · (PCOUNT + NAXIS1 · … · NAXISn), section 4.4.1.
  private static func dataCount(_ header: FITSHeader, isPrimary: Bool) throws(SpectrumError) -> Int {
    guard let bits = header.integer("BITPIX"), [8, 16, 32, 64, -32, -64].contains(bits),
      let dimensions = header.integer("NAXIS"), 0...999 ~= dimensions
    else { throw SpectrumError(.damaged, "FITS header without a valid BITPIX and NAXIS") }
    guard dimensions > 0 else { return 0 }
    var size = 1
    for dimension in 1...dimensions {
      guard let length = header.integer("NAXIS\(dimension)"), length >= 0 else {
        throw SpectrumError(.damaged, "FITS header without a valid NAXIS\(dimension)")
      }
      size = try product(size, length)
    }
    if !isPrimary {
      let heap = header.integer("PCOUNT") ?? 0
      let (sum, over) = size.addingReportingOverflow(heap)
      guard heap >= 0, !over else { throw SpectrumError(.damaged, "FITS header with an invalid PCOUNT") }
      size = try product(sum, max(1, header.integer("GCOUNT") ?? 1))
    }
    return try product(size, abs(bits) / 8)
  }

  private static func product(_ a: Int, _ b: Int) throws(SpectrumError) -> Int {
    let (result, over) = a.multipliedReportingOverflow(by: b)
    guard !over, result < 1 << 48 else {
      throw SpectrumError(.damaged, "FITS header promises more data than there can be")
    }
    return result
  }

  /// Throws `truncated` unless all data of a unit are there.
  func demandData(of unit: Unit) throws(SpectrumError) {
    let end = unit.dataOffset + unit.dataCount
    guard end <= source.count else {
      throw SpectrumError(
        .truncated, "FITS file has \(source.count) bytes, its header promises at least \(end)",
        hint: "fetch the file again")
    }
  }

  /// Pixels `range` of row `row` of an image of one or two dimensions, scaled by BSCALE and BZERO.
  func imageRow(_ unit: Unit, row: Int = 0, _ range: Range<Int>) throws(SpectrumError) -> [Double] {
    try demandData(of: unit)
    let axes = unit.axes
    guard let bits = unit.header.integer("BITPIX"), let type = FITSValue(bits: bits), let width = axes.first,
      range.lowerBound >= 0, range.upperBound <= width, row >= 0, row < axes.dropFirst().reduce(1, *)
    else { throw SpectrumError(.damaged, "FITS image of \(axes) has no pixels \(range) in row \(row)") }
    for keyword in ["BSCALE", "BZERO"]
    where unit.header.text(keyword) != nil && unit.header.double(keyword) == nil {
      throw SpectrumError(
        .damaged, "FITS card \(keyword) is not a number but \(unit.header.text(keyword) ?? "")")
    }
    if usesCFITSIO {
      return try CFITSIOFile.image(
        source.all(), unit: unit.index, first: row * width + range.lowerBound, count: range.count)
    }
    if case .parts(let parts) = source { try parts.select(FITSExcerpt(image: unit, pixels: range)) }
    let start = unit.dataOffset + (row * width + range.lowerBound) * type.size
    return type.decode(
      try source.bytes(start..<(start + range.count * type.size)), count: range.count, stride: type.size,
      scale: unit.header.double("BSCALE") ?? 1, zero: unit.header.double("BZERO") ?? 0,
      null: unit.header.integer("BLANK"))
  }
}
