import Glibc

/// The unfinished file of a download, `NAME.part`, and what is known about where its bytes came from.
///
/// Only one exchange at a time uses it; between exchanges the downloading task does.
final class PartFile: @unchecked Sendable {
  /// What a resumed download must find unchanged.
  struct Origin: Sendable, Equatable {
    /// The length of the whole file in bytes.
    var total: Int
    /// The Last-Modified or ETag text.
    var validator: String
  }

  let path: String
  /// Bytes in the file that are known to be right.
  private(set) var length = 0
  /// Set when the answer allows that the download is continued after a break.
  private(set) var origin: Origin?
  private var descriptor: Int32 = -1

  init(path: String) {
    self.path = path
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
  }

  /// Makes the file empty, whatever an earlier run left in it; returns what went wrong.
  func open() -> String? {
    descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    return descriptor < 0 ? "cannot create \(path): \(systemMessage())" : nil
  }

  /// Called with the first bytes of an answer: decides whether they continue the file or replace it.
  func begin(status: Int, headers: HeaderFields) -> (code: TransferError.Code, message: String)? {
    let isEncoded = headers["Content-Encoding"].map { $0.lowercased() != "identity" } ?? false
    let validator = headers["ETag"].flatMap { $0.hasPrefix("W/") ? nil : $0 } ?? headers["Last-Modified"]
    if status == 206, length > 0 {
      let part = ContentRange(headers["Content-Range"])
      guard let origin, let part, part.first == length, part.total == origin.total, !isEncoded,
        validator == nil || validator == origin.validator
      else {
        self.origin = nil
        return restart() ?? (.changed, "the file changed on the server while it was being fetched")
      }
      return nil
    }
    origin = nil
    if !isEncoded, status == 200, let validator, headers["Accept-Ranges"]?.lowercased() != "none",
      let total = headers["Content-Length"].flatMap({ Int($0) })
    {
      origin = Origin(total: total, validator: validator)
    }
    return restart()
  }

  /// Empties the file.
  func restart() -> (code: TransferError.Code, message: String)? {
    length = 0
    guard ftruncate(descriptor, 0) == 0, lseek(descriptor, 0, SEEK_SET) == 0 else {
      return (.localFile, "cannot empty \(path): \(systemMessage())")
    }
    return nil
  }

  /// Appends bytes; returns what went wrong.
  func write(_ bytes: UnsafeRawBufferPointer) -> String? {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
      if count < 0 {
        if errno == EINTR { continue }
        return "cannot write \(path): \(systemMessage())"
      }
      rest = rest.dropFirst(count)
      length += count
    }
    return nil
  }

  /// Reads bytes back for the checks; fewer at the end of the file.
  func read(at offset: Int, count: Int) -> [UInt8] {
    guard count > 0, offset >= 0 else { return [] }
    return [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      while filled < count {
        let got = pread(
          descriptor, buffer.baseAddress?.advanced(by: filled), count - filled, off_t(offset + filled))
        if got < 0 && errno == EINTR { continue }
        if got <= 0 { break }
        filled += got
      }
    }
  }

  /// Writes everything to the disk and gives the file its final name; returns what went wrong.
  ///
  /// Blocks.
  func commit(to final: String) -> String? {
    if fsync(descriptor) != 0 { return "cannot write \(path) to disk: \(systemMessage())" }
    close(descriptor)
    descriptor = -1
    if rename(path, final) != 0 { return "cannot rename \(path) to \(final): \(systemMessage())" }
    return nil
  }

  /// Removes the file.
  func discard() {
    if descriptor >= 0 { close(descriptor) }
    descriptor = -1
    unlink(path)
  }

  private func systemMessage() -> String { String(cString: strerror(errno)) }
}

/// A Content-Range header of a 206 answer: `bytes first-last/total`.
struct ContentRange: Equatable {
  var first: Int
  var last: Int
  var total: Int?

  init?(_ text: String?) {
    guard let text, text.lowercased().hasPrefix("bytes") else { return nil }
    let numbers = text.dropFirst(5).trimmed.split(separator: "/")
    let ends = (numbers.first ?? "").split(separator: "-").compactMap { Int($0.trimmed) }
    guard numbers.count == 2, ends.count == 2, ends[0] >= 0, ends[1] >= ends[0] else { return nil }
    first = ends[0]
    last = ends[1]
    total = Int(numbers[1].trimmed)
  }
}
