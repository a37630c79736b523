/// Makes clean UTF-8 of a document's bytes: other encodings are converted, line ends become LF, what XML forbids is
/// dropped.
struct CharacterDecoder {
  private let encoding: DocumentHead.Encoding
  private let log: DiagnosticLog
  private var output = RawBuffer()
  /// Bytes of a character that is not complete.
  private var carry: [UInt8] = []
  private var endedWithReturn = false

  init(_ encoding: DocumentHead.Encoding, log: DiagnosticLog) {
    self.encoding = encoding
    self.log = log
  }

  mutating func deallocate() { output.deallocate() }

  /// Decodes a piece and hands it on; pieces that are clean already are not copied.
  mutating func decode(
    _ input: UnsafeBufferPointer<UInt8>, isLast: Bool,
    _ body: (UnsafeBufferPointer<UInt8>) throws(TableError) -> Void
  ) throws(TableError) {
    guard let start = input.baseAddress else {
      if isLast, !carry.isEmpty { try decodeSlowly([], isLast: true, body) }
      return
    }
    if encoding == .utf8, carry.isEmpty, !endedWithReturn {
      if Self.isPlain(start, input.count) { return try body(input) }
      let clean = cleanPrefix(start, input.count)
      if clean == input.count { return try body(input) }
    }
    try decodeSlowly(Array(input), isLast: isLast, body)
  }

  /// Whether there are only ASCII characters that XML allows, and no CR.
  private static func isPlain(_ bytes: UnsafePointer<UInt8>, _ length: Int) -> Bool {
    let raw = UnsafeRawPointer(bytes)
    var index = 0
    while length &- index >= 8 {
      let word = raw.loadUnaligned(fromByteOffset: index, as: UInt64.self)
      // A high bit is left where a byte is 0x80 or more, or less than 0x20.
      let odd = (word | ((word &- 0x2020_2020_2020_2020) & ~word)) & 0x8080_8080_8080_8080
      if odd != 0, !isPlainSlowly(bytes + index, 8) { return false }
      index &+= 8
    }
    return isPlainSlowly(bytes + index, length - index)
  }

  @inline(__always)
  private static func isPlainSlowly(_ bytes: UnsafePointer<UInt8>, _ length: Int) -> Bool {
    for index in 0..<length {
      let byte = bytes[index]
      if byte > 0x7F || (byte < 0x20 && byte != 0x0A && byte != 0x09) { return false }
    }
    return true
  }

  /// The length of the part that is UTF-8 as XML allows it, without CR.
  private func cleanPrefix(_ bytes: UnsafePointer<UInt8>, _ length: Int) -> Int {
    var index = 0
    while index < length {
      let byte = bytes[index]
      if byte < 0x80 {
        if byte < 0x20, byte != 0x0A, byte != 0x09 { return index }
        index += 1
        continue
      }
      let step = TextRepair.characterLength(bytes + index, length - index)
      if step <= 0 || Self.isForbidden(bytes + index, step) { return index }
      index += step
    }
    return index
  }

  /// Whether it is one of U+FFFE and U+FFFF, which XML lacks.
  private static func isForbidden(_ bytes: UnsafePointer<UInt8>, _ length: Int) -> Bool {
    length == 3 && bytes[0] == 0xEF && bytes[1] == 0xBF && bytes[2] >= 0xBE
  }

  private mutating func decodeSlowly(
    _ input: [UInt8], isLast: Bool, _ body: (UnsafeBufferPointer<UInt8>) throws(TableError) -> Void
  ) throws(TableError) {
    let bytes = carry + input
    carry = []
    output.truncate(to: 0)
    bytes.withUnsafeBufferPointer { buffer in
      guard let start = buffer.baseAddress else { return }
      let used: Int
      switch encoding {
      case .utf8: used = decodeUTF8(start, buffer.count, isLast: isLast)
      case .windows1252: used = decodeWindows1252(start, buffer.count)
      case .utf16BigEndian: used = decodeUTF16(start, buffer.count, isBig: true)
      case .utf16LittleEndian: used = decodeUTF16(start, buffer.count, isBig: false)
      }
      carry = Array(buffer[used...])
    }
    if isLast, !carry.isEmpty { log.note(.wrongEncoding, "the document ends inside a character") }
    guard let base = output.base, output.count > 0 else { return }
    try body(UnsafeBufferPointer(start: base.assumingMemoryBound(to: UInt8.self), count: output.count))
  }

  private mutating func decodeUTF8(_ bytes: UnsafePointer<UInt8>, _ length: Int, isLast: Bool) -> Int {
    var index = 0
    while index < length {
      let byte = bytes[index]
      if byte < 0x80 {
        appendASCII(byte)
        index += 1
        continue
      }
      let step = TextRepair.characterLength(bytes + index, length - index)
      if step > 0 {
        if Self.isForbidden(bytes + index, step) { noteControl() } else { output.append(bytes + index, step) }
        endedWithReturn = false
        index += step
      } else if step < 0, !isLast {
        return index
      } else {
        log.note(.wrongEncoding, "bytes that are not UTF-8 are read as Windows-1252")
        TextRepair.append(windows1252: byte, to: &output)
        endedWithReturn = false
        index += 1
      }
    }
    return length
  }

  private mutating func decodeWindows1252(_ bytes: UnsafePointer<UInt8>, _ length: Int) -> Int {
    for index in 0..<length {
      if bytes[index] < 0x80 {
        appendASCII(bytes[index])
      } else {
        endedWithReturn = false
        TextRepair.append(windows1252: bytes[index], to: &output)
      }
    }
    return length
  }

  private mutating func decodeUTF16(_ bytes: UnsafePointer<UInt8>, _ length: Int, isBig: Bool) -> Int {
    func unit(_ index: Int) -> UInt32 {
      isBig
        ? UInt32(bytes[index]) << 8 | UInt32(bytes[index + 1])
        : UInt32(bytes[index + 1]) << 8 | UInt32(bytes[index])
    }
    var index = 0
    while length - index >= 2 {
      let first = unit(index)
      if first < 0x80 {
        appendASCII(UInt8(first))
        index += 2
        continue
      }
      endedWithReturn = false
      if first >= 0xD800, first < 0xDC00 {
        guard length - index >= 4 else { return index }
        let second = unit(index + 2)
        if second >= 0xDC00, second < 0xE000 {
          TextRepair.append(scalar: 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00), to: &output)
          index += 4
          continue
        }
      }
      if first >= 0xFFFE { noteControl() } else { TextRepair.append(scalar: first, to: &output) }
      index += 2
    }
    return index
  }

  @inline(__always)
  private mutating func appendASCII(_ byte: UInt8) {
    if byte == 0x0A, endedWithReturn {
      endedWithReturn = false
      return
    }
    endedWithReturn = byte == 0x0D
    if byte >= 0x20 || byte == 0x0A || byte == 0x09 {
      output.append(byte)
    } else if byte == 0x0D {
      output.append(UInt8(0x0A))
    } else {
      noteControl()
    }
  }

  private func noteControl() {
    log.note(.controlCharacter, "a character that XML forbids is dropped")
  }
}
