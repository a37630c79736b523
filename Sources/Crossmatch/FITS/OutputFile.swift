#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A file being written beside its final name: it appears there, whole, when it is finished, or not at all.
///
/// Used by one thread at a time, but for ``write(_:at:)``.
final class OutputFile: @unchecked Sendable {
  private let path: String
  private let part: String
  private let descriptor: Int32
  private var isFinished = false
  private(set) var count = 0

  /// Begins a file; nil, with `errno` set, if its folder cannot be written to.
  init?(path: String) {
    self.path = path
    part = path + ".part-\(getpid())"
    descriptor = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    if descriptor < 0 { return nil }
  }

  /// Goes on behind byte `end` of a file that is there; what followed is cut off first.
  init?(appendingTo path: String, at end: Int) {
    self.path = path
    part = path
    isFinished = true
    descriptor = open(path, O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0, ftruncate(descriptor, end) == 0, lseek(descriptor, 0, SEEK_END) == end else {
      return nil
    }
    count = end
  }

  deinit {
    close(descriptor)
    if !isFinished { unlink(part) }
  }

  /// Appends bytes; false if the disk is full or fails.
  func write(_ bytes: UnsafeRawBufferPointer) -> Bool {
    var done = 0
    while done < bytes.count {
      let n = Glibc.write(descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done)
      if n < 0 {
        if errno == EINTR { continue }
        return false
      }
      done += n
    }
    count += done
    return true
  }

  /// Writes bytes at a place of their own, from any thread; they do not count until ``goOn(at:)``.
  func write(_ bytes: UnsafeRawBufferPointer, at place: Int) -> Bool {
    var done = 0
    while done < bytes.count {
      let n = pwrite(descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done, off_t(place + done))
      if n < 0 {
        if errno == EINTR { continue }
        return false
      }
      done += n
    }
    return true
  }

  /// Goes on writing at a place.
  func goOn(at place: Int) -> Bool {
    guard lseek(descriptor, off_t(place), SEEK_SET) == place else { return false }
    count = place
    return true
  }

  func write(_ bytes: [UInt8]) -> Bool { bytes.withUnsafeBytes { write($0) } }

  /// Fills the last block of 2880 bytes with zeros.
  func pad() -> Bool { write([UInt8](repeating: 0, count: (2880 - count % 2880) % 2880)) }

  /// Gives the file its name; with `durable`, after its bytes have reached the disk.
  func finish(durable: Bool = true) -> Bool {
    guard !durable || fsync(descriptor) == 0, rename(part, path) == 0 else { return false }
    isFinished = true
    return true
  }
}
