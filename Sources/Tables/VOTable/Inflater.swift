import CZlib
import Glibc

/// Decompression of gzip and zlib data that come in pieces: zlib, fenced.
final class Inflater {
  private var stream = z_stream()
  private var output = [UInt8](repeating: 0, count: 1 << 17)
  private var isOpen = false
  /// Whether the compressed data have come to their end.
  private(set) var isFinished = false
  /// Bytes given out so far.
  private(set) var produced = 0

  init() {
    // 32 added to the window size: the header tells whether it is gzip or zlib.
    isOpen = inflateInit2_(&stream, 15 + 32, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
  }

  deinit { if isOpen { inflateEnd(&stream) } }

  /// Decompresses a piece; `false` where the data are damaged or `body` wants no more.
  func feed(_ input: UnsafeBufferPointer<UInt8>, _ body: (UnsafeBufferPointer<UInt8>) -> Bool) -> Bool {
    guard isOpen else { return false }
    guard let start = input.baseAddress, input.count > 0 else { return true }
    stream.next_in = UnsafeMutablePointer(mutating: start)
    stream.avail_in = UInt32(input.count)
    while stream.avail_in > 0 || stream.avail_out == 0 {
      if isFinished {
        // Several gzip members may follow one another; anything else behind the end is padding.
        guard stream.avail_in >= 1, stream.next_in?.pointee == 0x1F, inflateReset(&stream) == Z_OK else {
          return true
        }
        isFinished = false
      }
      var status: Int32 = Z_OK
      var isWanted = true
      output.withUnsafeMutableBufferPointer { buffer in
        stream.next_out = buffer.baseAddress
        stream.avail_out = UInt32(buffer.count)
        status = inflate(&stream, Z_NO_FLUSH)
        let count = buffer.count - Int(stream.avail_out)
        produced += count
        if count > 0 { isWanted = body(UnsafeBufferPointer(rebasing: buffer[..<count])) }
      }
      if !isWanted { return false }
      if status == Z_STREAM_END {
        isFinished = true
        continue
      }
      if status == Z_BUF_ERROR { return true }
      if status != Z_OK { return false }
    }
    return true
  }
}

extension Inflater {
  /// The bytes, decompressed if they are gzip data.
  ///
  /// - Throws: `TAB-01` where the data are damaged, `VOT-37` where they grow beyond the limit.
  static func inflated(
    _ bytes: [UInt8], place: String?, limit: Int = ReaderLimits().tableBytes
  ) throws(TableError) -> [UInt8] {
    guard bytes.starts(with: [0x1F, 0x8B]) else { return bytes }
    let inflater = Inflater()
    var plain: [UInt8] = []
    let isFine = bytes.withUnsafeBufferPointer { buffer in
      inflater.feed(buffer) { piece in
        plain.append(contentsOf: piece)
        return plain.count <= limit
      }
    }
    if plain.count > limit {
      throw DiagnosticCode.tooLarge.error("more than \(limit) bytes when decompressed").at(place)
    }
    guard isFine, inflater.isFinished else {
      throw TableError(code: "TAB-01", message: "damaged or truncated gzip data", place: place)
    }
    return plain
  }
}

extension Inflater {
  /// The version of zlib in this process.
  static var version: String { String(cString: zlibVersion()) }
}
