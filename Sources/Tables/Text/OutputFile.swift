import Glibc

/// A file in the making: written beside its name and renamed when it is whole; or standard output for `-`.
final class OutputFile {
  private let path: String
  private let part: String
  private var descriptor: Int32

  init(_ path: String) throws(TableError) {
    self.path = path
    part = path == "-" ? path : path + ".part\(getpid())"
    descriptor = path == "-" ? STDOUT_FILENO : open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    if descriptor < 0 { throw unwritable() }
  }

  deinit { discard() }

  func write(_ bytes: [UInt8]) throws(TableError) {
    var offset = 0
    while offset < bytes.count {
      let count = bytes.withUnsafeBytes { buffer in
        Glibc.write(descriptor, buffer.baseAddress.map { $0 + offset }, buffer.count - offset)
      }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw unwritable() }
      offset += count
    }
  }

  /// Writes the rest and gives the file its name.
  func finish(_ bytes: [UInt8]) throws(TableError) {
    try write(bytes)
    guard path != "-" else { return }
    let closed = close(descriptor)
    descriptor = -1
    guard closed == 0, rename(part, path) == 0 else {
      let error = unwritable()
      unlink(part)
      throw error
    }
  }

  /// Leaves no file.
  func discard() {
    guard path != "-", descriptor >= 0 else { return }
    close(descriptor)
    unlink(part)
    descriptor = -1
  }

  private func unwritable() -> TableError {
    TableError(code: "TAB-02", message: "cannot write: " + String(cString: strerror(errno)), place: path)
  }
}
