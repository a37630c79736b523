import CMemory

/// How the program's memory is kept.
enum Memory {
  /// Keeps what is freed for what comes next, up to 64 MB of it: a file after another is read into buffers of its size,
  /// and every page that is given back to the system has to be cleared by it before it comes again.
  ///
  /// Blocks of 4 MB and more still go back at once.
  static func keepFreed() { votrawl_keep_freed(64 << 20, 1 << 20, 4 << 20) }
}
