internal import CZlib

/// Decompresses gzip and deflate data piece by piece; every call of zlib stands in this file.
///
/// curl could do it, but does not notice when the data end before their trailer.
final class GzipDecoder {
  enum Problem: Error {
    /// The data are no gzip or deflate, or their checksum is wrong.
    case broken
    /// `sink` asked to stop.
    case stopped
  }

  private let stream: UnsafeMutablePointer<z_stream>
  private var isOpen = false
  private let allowsRaw: Bool
  private var isRaw = false
  private var hasOutput = false
  /// Whether the data so far end with a complete trailer.
  private(set) var isComplete = false

  /// - Parameter allowsRaw: whether deflate data without a header are taken too; they have no checksum.
  init(allowsRaw: Bool = false) {
    self.allowsRaw = allowsRaw
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    isOpen = open(windowBits: 47)
  }

  deinit {
    if isOpen { inflateEnd(stream) }
    stream.deallocate()
  }

  /// 47: gzip or zlib, as the data say; −15: raw deflate, which some servers call `deflate`.
  private func open(windowBits: Int32) -> Bool {
    inflateInit2_(stream, windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
  }

  /// Decompresses a piece; `sink` gets the result in pieces and returns whether to go on.
  func feed(_ bytes: UnsafeRawBufferPointer, sink: (UnsafeRawBufferPointer) -> Bool) throws(Problem) {
    guard isOpen else { throw .broken }
    guard let start = bytes.bindMemory(to: UInt8.self).baseAddress else { return }
    stream.pointee.next_in = UnsafeMutablePointer(mutating: start)
    stream.pointee.avail_in = UInt32(bytes.count)
    let room = 65536
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: room, alignment: 16)
    defer { buffer.deallocate() }
    while stream.pointee.avail_in > 0 || stream.pointee.avail_out == 0 {
      if isComplete {
        guard stream.pointee.avail_in > 0 else { return }
        // Another member follows, or padding, which the format does not forbid and nobody needs.
        guard stream.pointee.next_in.pointee == 0x1F, inflateReset(stream) == Z_OK else { return }
        isComplete = false
      }
      stream.pointee.next_out = buffer.bindMemory(to: UInt8.self).baseAddress
      stream.pointee.avail_out = UInt32(room)
      let code = inflate(stream, Z_NO_FLUSH)
      if code == Z_DATA_ERROR && !hasOutput && allowsRaw && !isRaw {
        isRaw = true
        inflateEnd(stream)
        stream.pointee = z_stream()
        isOpen = open(windowBits: -15)
        return try feed(bytes, sink: sink)
      }
      let count = room - Int(stream.pointee.avail_out)
      if count > 0 {
        hasOutput = true
        guard sink(UnsafeRawBufferPointer(rebasing: buffer[..<count])) else { throw .stopped }
      }
      switch code {
      case Z_STREAM_END: isComplete = true
      case Z_OK: break
      case Z_BUF_ERROR: return
      default: throw .broken
      }
    }
  }

  /// Decompresses a piece held in an array.
  func feed(_ bytes: [UInt8], sink: (UnsafeRawBufferPointer) -> Bool) throws(Problem) {
    let result: Result<Void, Problem> = bytes.withUnsafeBytes { raw in
      Result { () throws(Problem) in try feed(raw, sink: sink) }
    }
    try result.get()
  }

  /// The whole content of gzip data; `nil` if they are broken, end too early or hold more than `limit` bytes.
  static func decoded(_ bytes: [UInt8], limit: Int) -> [UInt8]? {
    var found: [UInt8] = []
    let decoder = GzipDecoder()
    let result = Result { () throws(Problem) in
      try decoder.feed(bytes) { piece in
        found.append(contentsOf: piece)
        return found.count <= limit
      }
    }
    guard case .success = result, decoder.isComplete else { return nil }
    return found
  }

  /// The beginning of what gzip data contain; empty if they are none.
  static func peek(_ bytes: [UInt8], count: Int) -> [UInt8] {
    var found: [UInt8] = []
    let decoder = GzipDecoder()
    // That it stops when there is enough is no failure, and what came before a break is still the beginning.
    try? decoder.feed(bytes) { piece in
      found.append(contentsOf: piece.prefix(count - found.count))
      return found.count < count
    }
    return found
  }
}
