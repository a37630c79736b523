#if canImport(Glibc)
  import Glibc
#endif

/// An advisory lock on a survey: many readers or one writer.
///
/// The kernel lets it go with the process, however that ends.
final class FolderLock: Sendable {
  private let descriptor: Int32

  /// Takes the lock, without waiting.
  ///
  /// - Throws: `SUR-11` where another process holds it, `SUR-05` where the file cannot be made.
  init(path: String, exclusive: Bool) throws(SurveyError) {
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw SurveyError(.file, "cannot open \(path): \(String(cString: strerror(errno)))")
    }
    // Readers need no lock: SQLite gives each of them a snapshot.
    guard !exclusive || flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      close(descriptor)
      throw SurveyError(
        .busy, "another process works on this survey",
        hint: "wait for it to end, or stop it: what it did is kept")
    }
  }

  deinit { close(descriptor) }
}
