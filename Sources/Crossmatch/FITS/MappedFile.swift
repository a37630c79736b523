#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A file mapped into memory, to be read only.
///
/// The mapping lives as long as the object. Cutting the file shorter while it is mapped ends the process, as with every
/// mapping; files are therefore replaced by renaming, never rewritten in place.
final class MappedFile: @unchecked Sendable {
  let base: UnsafeRawPointer
  let count: Int

  /// Maps a whole file; nil, with `errno` set, if it cannot be.
  init?(path: String) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var info = stat()
    guard fstat(descriptor, &info) == 0 else { return nil }
    count = Int(info.st_size)
    guard count > 0, let address = mmap(nil, count, PROT_READ, MAP_SHARED, descriptor, 0),
      address != MAP_FAILED
    else { return nil }
    base = UnsafeRawPointer(address)
  }

  deinit { munmap(UnsafeMutableRawPointer(mutating: base), count) }

  /// All bytes; valid as long as the object is.
  var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: count) }

  /// What the last system call complained of.
  static var lastError: String { String(cString: strerror(errno)) }
}
