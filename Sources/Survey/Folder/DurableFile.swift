internal import CFileSystem
import Foundation

#if canImport(Glibc)
  import Glibc
#endif

/// Files that are whole or not there, and lines that stay once written.
enum DurableFile {
  /// Writes a file under a temporary name, flushes it to the disk, and only then gives it its own name.
  ///
  /// - Throws: a `POSIXError`; then nothing stands under the final name that was not there before.
  static func write(_ bytes: [UInt8], to path: String) throws {
    let partial = path + ".part"
    do {
      let descriptor = try check(open(partial, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644))
      defer { close(descriptor) }
      try writeAll(bytes, to: descriptor)
      _ = try check(fsync(descriptor))
    } catch {
      unlink(partial)
      throw error
    }
    _ = try check(rename(partial, path))
  }

  /// Writes a file under a temporary name; ``finish(_:)`` flushes it, with others, and gives it its own name.
  static func prepare(_ bytes: [UInt8], for path: String) throws {
    let partial = path + ".part"
    do {
      let descriptor = try check(open(partial, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644))
      defer { close(descriptor) }
      try writeAll(bytes, to: descriptor)
    } catch {
      unlink(partial)
      throw error
    }
  }

  /// Flushes prepared files to the disk, and only then gives them their names.
  ///
  /// All at once: their blocks, the tables of their file system and their folders are written once for all of them, where
  /// each flushed by itself would take as long on the disk and ten times as long on the processor.
  ///
  /// Blocks.
  static func finish(_ paths: [String]) throws {
    guard let first = paths.first else { return }
    let descriptor = try check(open(first + ".part", O_RDONLY | O_CLOEXEC))
    defer { close(descriptor) }
    if paths.count == 1 {
      _ = try check(fsync(descriptor))
    } else {
      _ = try check(votrawl_sync_filesystem(descriptor))
    }
    for path in paths { _ = try check(rename(path + ".part", path)) }
  }

  /// Adds bytes to the end of a file in one write, and flushes them to the disk.
  static func append(_ bytes: [UInt8], to path: String) throws {
    let descriptor = try check(open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644))
    defer { close(descriptor) }
    try writeAll(bytes, to: descriptor)
    _ = try check(fsync(descriptor))
  }

  private static func writeAll(_ bytes: [UInt8], to descriptor: Int32) throws {
    var done = 0
    while done < bytes.count {
      let written = bytes.withUnsafeBytes {
        Glibc.write(descriptor, $0.baseAddress?.advanced(by: done), bytes.count - done)
      }
      if written < 0 && errno == EINTR { continue }
      _ = try check(written)
      done += written
    }
  }

  private static func check<Result: SignedInteger>(_ result: Result) throws -> Result {
    guard result >= 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
    return result
  }
}
