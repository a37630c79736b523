import CLibDeflate
import CZlib

/// Decompression of gzip files in memory: by libdeflate, several times as fast as zlib, which is left to say what is
/// wrong with a file that libdeflate does not take.
///
/// The only file of this module that calls either.
enum Gunzip {
  /// Largest result, in bytes: twenty times the largest spectrum file of the surveys (LAMOST medium resolution).
  static let limit = 64 << 20

  /// Whether the bytes begin as a gzip file does.
  static func isGzip(_ bytes: [UInt8]) -> Bool {
    bytes.count > 2 && bytes[0] == 0x1f && bytes[1] == 0x8b
  }

  /// The content of a raw deflate stream, as ZIP archives hold it, whose size is known.
  ///
  /// - Throws: `damaged` where it is not exactly that long.
  static func inflated(_ bytes: [UInt8], count: Int) throws(SpectrumError) -> [UInt8] {
    var stream = z_stream()
    guard inflateInit2_(&stream, -15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
    else { throw SpectrumError(.unreadable, "zlib could not be started") }
    defer { inflateEnd(&stream) }
    // Deflate packs at most 1,032 to 1: what is stated beyond that is not believed.
    guard count <= UInt32.max, bytes.count <= UInt32.max, count <= 1032 * bytes.count + 64 else {
      throw SpectrumError(.damaged, "\(bytes.count) bytes cannot hold \(count)")
    }
    var status = Z_OK
    let result = [UInt8](unsafeUninitializedCapacity: count + 1) { output, filled in
      bytes.withUnsafeBufferPointer { input in
        stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
        stream.avail_in = UInt32(input.count)
        stream.next_out = output.baseAddress
        stream.avail_out = UInt32(count + 1)
        status = inflate(&stream, Z_FINISH)
        filled = count + 1 - Int(stream.avail_out)
      }
    }
    guard status == Z_STREAM_END, result.count == count else {
      throw SpectrumError(.damaged, "a deflate stream that does not hold \(count) bytes")
    }
    return result
  }

  /// The content of a gzip file of one or more members.
  ///
  /// A trailing checksum that is wrong is an error; bytes after the last member are ignored, as gzip does.
  /// - Throws: `truncated`, `damaged` or `tooLarge`.
  /// - Complexity: O(result), some 700 MB/s.
  static func expand(_ bytes: [UInt8]) throws(SpectrumError) -> [UInt8] {
    if let whole = singleMember(bytes) { return whole }
    let tail = statedSize(bytes)
    var result = [UInt8]()
    result.reserveCapacity(min(max(tail, 4 * bytes.count), limit, 64 * bytes.count + 4096) + 64)

    var stream = z_stream()
    guard inflateInit2_(&stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
    else { throw SpectrumError(.unreadable, "zlib could not be started") }
    defer { inflateEnd(&stream) }

    let chunk = 1 << 16
    var consumed = 0
    var status = Z_OK
    while true {
      let offset = consumed
      let room = max(chunk, min(result.capacity - result.count, 1 << 20))
      let part = [UInt8](unsafeUninitializedCapacity: room) { output, count in
        bytes.withUnsafeBufferPointer { input in
          // zlib never writes through next_in; the parameter is only not const by default.
          stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress?.advanced(by: offset))
          stream.avail_in = UInt32(clamping: input.count - offset)
          stream.next_out = output.baseAddress
          stream.avail_out = UInt32(room)
          status = inflate(&stream, Z_NO_FLUSH)
          consumed = input.count - Int(stream.avail_in)
          count = room - Int(stream.avail_out)
        }
      }
      result.append(contentsOf: part)
      guard result.count <= limit else {
        throw SpectrumError(.tooLarge, "gzip content is larger than \(limit >> 20) MB")
      }
      switch status {
      case Z_STREAM_END:
        guard consumed + 2 < bytes.count, bytes[consumed] == 0x1f, bytes[consumed + 1] == 0x8b,
          inflateReset(&stream) == Z_OK
        else { return result }
      case Z_OK where consumed < bytes.count || !part.isEmpty: continue
      case Z_OK, Z_BUF_ERROR:
        throw SpectrumError(
          .truncated, "gzip file ends in the middle, after \(bytes.count) bytes",
          hint: "fetch the file again")
      default:
        throw SpectrumError(
          .damaged, "gzip file is damaged near byte \(consumed) of \(bytes.count)",
          hint: "fetch the file again")
      }
    }
  }

  /// The size modulo 2³² that the last four bytes state of the last member: a guess, not to be trusted.
  private static func statedSize(_ bytes: [UInt8]) -> Int {
    bytes.suffix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
  }

  /// The content of a sound file of one member, as nearly all are; nil for any other.
  private static func singleMember(_ bytes: [UInt8]) -> [UInt8]? {
    let size = statedSize(bytes)
    // Deflate packs at most 1,032 to 1: what is stated beyond that is not believed.
    guard size > 0, size <= min(limit, 1032 * bytes.count), let decoder = libdeflate_alloc_decompressor()
    else { return nil }
    defer { libdeflate_free_decompressor(decoder) }
    var (read, written) = (0, 0)
    var status = LIBDEFLATE_BAD_DATA
    let result = [UInt8](unsafeUninitializedCapacity: size) { output, count in
      bytes.withUnsafeBytes { input in
        status = libdeflate_gzip_decompress_ex(
          decoder, input.baseAddress, input.count, output.baseAddress, size, &read, &written)
      }
      count = status == LIBDEFLATE_SUCCESS ? written : 0
    }
    return status == LIBDEFLATE_SUCCESS && read == bytes.count ? result : nil
  }
}
