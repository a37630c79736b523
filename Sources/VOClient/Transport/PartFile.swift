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
  /// The address that the bytes come from.
  private let url: String
  /// Where ``origin`` is kept for the next run of the program.
  private var notePath: String { path + ".origin" }
  /// Files from this length on are continued by another run; shorter ones are quicker fetched anew.
  static let longFile = 1 << 20
  /// Bytes in the file that are known to be right.
  private(set) var length = 0
  /// Set when the answer allows that the download is continued after a break.
  private(set) var origin: Origin?
  private var descriptor: Int32 = -1

  init(path: String, url: String) {
    self.path = path
    self.url = url
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
  }

  /// Takes up what an earlier run left if it says where it comes from; makes no file yet.
  ///
  /// Returns what went wrong.
  func prepare() -> String? {
    if access(path, F_OK) != 0 {
      let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
      return access(folder, W_OK) == 0 ? nil : "cannot write to \(folder): \(systemMessage())"
    }
    if let problem = open() { return problem }
    let end = lseek(descriptor, 0, SEEK_END)
    if end > 0, let noted = DownloadNote(path: notePath), noted.url == url, end < noted.origin.total {
      length = Int(end)
      origin = noted.origin
      return nil
    }
    return restart()?.message
  }

  /// Opens the file unless it is; thousands of downloads may wait for their turn, but only so many files be open.
  private func open() -> String? {
    guard descriptor < 0 else { return nil }
    descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    if descriptor < 0 { return "cannot create \(path): \(systemMessage())" }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      close(descriptor)
      descriptor = -1
      return "another download writes to \(path)"
    }
    return nil
  }

  /// Called before each attempt: bytes of unknown origin cannot be continued.
  func beginAttempt() {
    if origin == nil { _ = restart() }
  }

  /// Drops all bytes and what is known of them.
  func forget() {
    forgetOrigin()
    _ = restart()
  }

  /// Called with the first bytes of an answer: decides whether they continue the file or replace it.
  func begin(status: Int, headers: HeaderFields) -> (code: TransferError.Code, message: String)? {
    if let problem = open() { return (.localFile, problem) }
    let isEncoded = headers["Content-Encoding"].map { $0.lowercased() != "identity" } ?? false
    let validator = headers["ETag"].flatMap { $0.hasPrefix("W/") ? nil : $0 } ?? headers["Last-Modified"]
    if status == 206, length > 0 {
      let part = ContentRange(headers["Content-Range"])
      guard let origin, let part, part.first == length, part.total == origin.total, !isEncoded,
        validator == nil || validator == origin.validator
      else {
        forgetOrigin()
        return restart() ?? (.changed, "the file changed on the server while it was being fetched")
      }
      return nil
    }
    forgetOrigin()
    if !isEncoded, status == 200, let validator, headers["Accept-Ranges"]?.lowercased() != "none",
      let total = headers["Content-Length"].flatMap({ Int($0) })
    {
      let found = Origin(total: total, validator: validator)
      origin = found
      // Without the note the file is only fetched anew by the next run.
      if total >= Self.longFile { DownloadNote(url: url, origin: found).write(to: notePath) }
    }
    return restart()
  }

  private func forgetOrigin() {
    if let origin, origin.total >= Self.longFile { unlink(notePath) }
    origin = nil
  }

  /// Empties the file.
  func restart() -> (code: TransferError.Code, message: String)? {
    length = 0
    if descriptor < 0 { return nil }
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
    if let problem = open() { return problem }
    if fsync(descriptor) != 0 { return "cannot write \(path) to disk: \(systemMessage())" }
    close(descriptor)
    descriptor = -1
    if rename(path, final) != 0 { return "cannot rename \(path) to \(final): \(systemMessage())" }
    if length >= Self.longFile { unlink(notePath) }
    return nil
  }

  /// Gives up: removes the file, unless it is long and its rest may be fetched by another call.
  func discard(keepingLong: Bool) {
    guard descriptor >= 0 else { return }
    let keeps = keepingLong && length > 0 && origin.map { $0.total >= Self.longFile } ?? false
    if !keeps {
      forgetOrigin()
      unlink(path)
    }
    close(descriptor)
    descriptor = -1
  }

  private func systemMessage() -> String { String(cString: strerror(errno)) }
}
