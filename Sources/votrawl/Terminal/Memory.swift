import CMemory

/// How the program's memory is kept.
enum Memory {
  /// Keeps what is freed for what comes next, up to 64 MB of it: a file after another is read into buffers of its size,
  /// and every page that is given back to the system has to be cleared by it before it comes again.
  static func keepFreed() {
    _ = mallopt(M_TRIM_THRESHOLD, 64 << 20)
    _ = mallopt(M_TOP_PAD, 1 << 20)
    _ = mallopt(M_MMAP_THRESHOLD, 4 << 20)
  }
}
