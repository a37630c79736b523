import Glibc

/// Files as bytes.
enum FileBytes {
  /// Reads a file (or standard input, `-`) in pieces of 256 KiB.
  static func read(
    _ path: String, _ body: (UnsafeBufferPointer<UInt8>) throws(TableError) -> Void
  ) throws(TableError) {
    let descriptor = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw DiagnosticCode.unreadable.error(String(cString: strerror(errno))).at(path)
    }
    defer { if descriptor != STDIN_FILENO { close(descriptor) } }
    let capacity = 1 << 18
    let buffer = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 64)
    defer { buffer.deallocate() }
    while true {
      let count = Glibc.read(descriptor, buffer, capacity)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else {
        throw DiagnosticCode.unreadable.error(String(cString: strerror(errno))).at(path)
      }
      if count == 0 { return }
      try body(UnsafeBufferPointer(start: buffer.assumingMemoryBound(to: UInt8.self), count: count))
    }
  }

  /// Reads a whole file (or standard input, `-`).
  static func read(_ path: String) throws(TableError) -> [UInt8] {
    var bytes: [UInt8] = []
    try read(path) { (piece) throws(TableError) in bytes.append(contentsOf: piece) }
    return bytes
  }

  /// Writes a whole file, or to standard output for `-`; the file appears only when it is whole.
  static func write(_ bytes: [UInt8], to path: String) throws(TableError) {
    let file = try OutputFile(path)
    try file.finish(bytes)
  }
}

extension FileBytes {
  /// The first bytes of a file, decompressed if they are gzip data.
  static func head(_ path: String) throws(TableError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw DiagnosticCode.unreadable.error(String(cString: strerror(errno))).at(path)
    }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = Glibc.read(descriptor, &bytes, bytes.count)
    guard count >= 0 else { throw DiagnosticCode.unreadable.error(String(cString: strerror(errno))).at(path) }
    bytes.removeLast(bytes.count - count)
    guard bytes.starts(with: [0x1F, 0x8B]) else { return bytes }
    var plain: [UInt8] = []
    _ = bytes.withUnsafeBufferPointer { buffer in
      Inflater().feed(buffer) { piece in
        plain.append(contentsOf: piece)
        return false
      }
    }
    return plain
  }
}
