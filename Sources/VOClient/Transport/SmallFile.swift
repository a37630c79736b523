import Glibc

/// Whole files read and written at once.
enum SmallFile {
  /// The bytes of a file; `nil` if it cannot be read.
  ///
  /// Blocks.
  static func read(_ path: String) -> [UInt8]? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = Glibc.read(descriptor, &buffer, buffer.count)
      if count < 0 && errno == EINTR { continue }
      if count < 0 { return nil }
      if count == 0 { return bytes }
      bytes += buffer[..<count]
    }
  }

  /// Writes a file under another name and renames it, so that it is there whole or not at all.
  ///
  /// Blocks.
  ///
  /// Returns whether that worked.
  @discardableResult
  static func write(_ bytes: [UInt8], to path: String) -> Bool {
    var generator = SystemRandomNumberGenerator()
    let temporary = path + "." + String(generator.next(), radix: 36)
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { return false }
    var offset = 0
    let isWritten = bytes.withUnsafeBytes { raw in
      while offset < raw.count {
        let count = Glibc.write(descriptor, raw.baseAddress?.advanced(by: offset), raw.count - offset)
        if count < 0 && errno == EINTR { continue }
        if count <= 0 { return false }
        offset += count
      }
      return true
    }
    close(descriptor)
    if isWritten && rename(temporary, path) == 0 { return true }
    unlink(temporary)
    return false
  }
}
