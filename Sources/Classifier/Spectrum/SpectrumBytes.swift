import Glibc

/// The bytes of a spectrum file: all in memory, in an open file of which only parts are read, or parts of them.
enum SpectrumBytes {
  case memory([UInt8])
  case file(OpenFile)
  case parts(FileParts)

  /// Number of bytes.
  var count: Int {
    switch self {
    case .memory(let bytes): bytes.count
    case .file(let file): file.count
    case .parts(let parts): parts.count
    }
  }

  /// The bytes of a range, which must lie inside the file.
  /// - Complexity: O(1) in memory; one `pread` of the range from a file.
  func bytes(_ range: Range<Int>) throws(SpectrumError) -> ArraySlice<UInt8> {
    switch self {
    case .memory(let bytes): return bytes[range]
    case .file(let file): return try file.read(range)[...]
    case .parts(let parts): return try parts.bytes(range)
    }
  }

  /// The bytes of a range, or only its first ones where not all are there.
  func beginning(_ range: Range<Int>) throws(SpectrumError) -> ArraySlice<UInt8> {
    guard case .parts(let parts) = self else { return try bytes(range) }
    return try parts.beginning(range)
  }

  /// Refuses to be read in parts: of a layout of which more than one part matters.
  func demandWhole() throws(SpectrumError) {
    guard case .parts = self else { return }
    throw SpectrumError(.unknownLayout, "is of a layout that must be read whole")
  }

  /// All bytes.
  func all() throws(SpectrumError) -> [UInt8] {
    switch self {
    case .memory(let bytes): return bytes
    case .file(let file): return try file.read(0..<file.count)
    case .parts(let parts): return Array(try parts.bytes(0..<parts.count))
    }
  }

  /// A file open for reading at any place.
  final class OpenFile: Sendable {
    /// Size in bytes when it was opened.
    let count: Int
    private let descriptor: Int32

    /// Opens a regular file.
    /// - Throws: `unreadable`, `empty` or `tooLarge`.
    init(path: String) throws(SpectrumError) {
      let descriptor = open(path, O_RDONLY | O_CLOEXEC)
      guard descriptor >= 0 else {
        throw SpectrumError(
          .unreadable, "cannot be opened: \(String(cString: strerror(errno)))", source: path)
      }
      var status = stat()
      guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
        close(descriptor)
        throw SpectrumError(.unreadable, "is not a file", source: path)
      }
      guard status.st_size <= SpectrumReader.maximumSize else {
        close(descriptor)
        throw SpectrumReader.tooLarge(Int(status.st_size)).from(path)
      }
      count = Int(status.st_size)
      self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// The bytes of a range.
    func read(_ range: Range<Int>) throws(SpectrumError) -> [UInt8] {
      var failure: Int32 = 0
      let bytes = [UInt8](unsafeUninitializedCapacity: range.count) { buffer, filled in
        filled = 0
        while filled < range.count {
          let got = pread(
            descriptor, buffer.baseAddress.map { $0 + filled }, range.count - filled,
            range.lowerBound + filled)
          if got < 0 {
            if errno == EINTR { continue }
            failure = errno
            return
          }
          if got == 0 { return }
          filled += got
        }
      }
      guard failure == 0 else {
        throw SpectrumError(.unreadable, "cannot be read: \(String(cString: strerror(failure)))")
      }
      guard bytes.count == range.count else {
        throw SpectrumError(.truncated, "became shorter while it was read")
      }
      return bytes
    }
  }
}
