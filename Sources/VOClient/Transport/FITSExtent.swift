/// Where one header-data unit of a FITS file begins and ends, from the mandatory keywords (FITS 4.0, section 4.4.1).
///
/// Read by bytes: a download is checked in microseconds, text would take a hundred times as long.
struct FITSExtent {
  private static let block = 2880

  /// Where the data begin.
  private(set) var dataStart = 0
  /// Bytes of data, without the padding to a whole block.
  private(set) var dataBytes = 0

  private var bitpix = 8
  private var naxis = 0
  private var axes: [Int: Int] = [:]
  private var parameters = 0
  private var groups = 1

  /// Reads the header that begins at a byte of a file of `length` bytes.
  ///
  /// - Returns: nil where there is none, or it has no end within the file.
  init?(at start: Int, length: Int, read: (_ offset: Int, _ count: Int) -> [UInt8]) {
    var offset = start
    var isLast = false
    while !isLast {
      let block = read(offset, min(Self.block, length - offset))
      guard block.count == Self.block else { return nil }
      guard let hasEnd = block.withUnsafeBytes({ take($0, isFirst: offset == start) }) else { return nil }
      isLast = hasEnd
      offset += Self.block
    }
    dataStart = offset
    let sizes = (1...max(1, naxis)).map { axes[$0] ?? 0 }
    let isRandomGroups = naxis > 1 && sizes[0] == 0
    let product = sizes.dropFirst(isRandomGroups ? 1 : 0).reduce(1) { Self.product($0, $1) }
    let elements = naxis == 0 ? 0 : Self.product(groups, product + parameters)
    dataBytes = Self.product(abs(bitpix) / 8, elements)
  }

  /// Takes what a block of a header says; whether it is the last one, nil where it is no header.
  private mutating func take(_ block: UnsafeRawBufferPointer, isFirst: Bool) -> Bool? {
    let first = block.loadUnaligned(as: UInt64.self)
    if isFirst, first != Word.simple, first != Word.xtension { return nil }
    for card in stride(from: 0, to: block.count, by: 80) {
      let keyword = block.loadUnaligned(fromByteOffset: card, as: UInt64.self)
      if keyword == Word.end { return true }
      guard block[card + 8] == UInt8(ascii: "=") else { continue }
      let value = { Self.integer(block[(card + 10)..<(card + 80)]) }
      switch keyword {
      case Word.bitpix: bitpix = value() ?? bitpix
      case Word.naxis: naxis = min(natural(value()) ?? naxis, 999)
      case Word.pcount: parameters = natural(value()) ?? parameters
      case Word.gcount: groups = natural(value()) ?? groups
      case _ where keyword & Word.fiveBytes == Word.naxis & Word.fiveBytes:
        if let axis = Self.integer(block[(card + 5)..<(card + 8)]), let length = natural(value()) {
          axes[axis] = length
        }
      default: break
      }
    }
    return false
  }

  /// The number, where it is not negative.
  private func natural(_ number: Int?) -> Int? { number.flatMap { $0 >= 0 ? $0 : nil } }

  /// Keywords as the numbers that their eight bytes make in memory.
  private enum Word {
    static let simple = word("SIMPLE")
    static let xtension = word("XTENSION")
    static let bitpix = word("BITPIX")
    static let naxis = word("NAXIS")
    static let pcount = word("PCOUNT")
    static let gcount = word("GCOUNT")
    static let end = word("END")
    static let fiveBytes = UInt64(littleEndian: 0xFF_FFFF_FFFF)

    private static func word(_ keyword: String) -> UInt64 {
      let bytes = Array(keyword.utf8) + [UInt8](repeating: 0x20, count: 8 - keyword.utf8.count)
      return bytes.withUnsafeBytes { $0.loadUnaligned(as: UInt64.self) }
    }
  }

  /// The integer between blanks, before the comment of a card; nil where there is none, or something else.
  private static func integer(_ bytes: Slice<UnsafeRawBufferPointer>) -> Int? {
    let text = bytes.drop { $0 == 0x20 }.prefix { $0 != 0x20 && $0 != 0x2F }
    return Int(String(decoding: text, as: UTF8.self))
  }

  /// A product that stays within `Int` whatever a damaged header says.
  private static func product(_ a: Int, _ b: Int) -> Int {
    let (result, overflows) = a.multipliedReportingOverflow(by: b)
    return overflows ? Int.max / 4 : min(result, Int.max / 4)
  }
}
