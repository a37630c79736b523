import Glibc

/// Wall and CPU seconds of the whole process since it was made.
struct Stopwatch {
  private let wall = Self.now(CLOCK_MONOTONIC)
  private let cpu = Self.now(CLOCK_PROCESS_CPUTIME_ID)

  var wallSeconds: Double { Self.now(CLOCK_MONOTONIC) - wall }
  var cpuSeconds: Double { Self.now(CLOCK_PROCESS_CPUTIME_ID) - cpu }

  /// The largest memory the process has had, MB.
  static var peakMemory: Double {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return Double(usage.ru_maxrss) / 1024
  }

  /// CPU seconds the process has spent outside the kernel.
  static var userSeconds: Double {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return Double(usage.ru_utime.tv_sec) + 1e-6 * Double(usage.ru_utime.tv_usec)
  }

  /// CPU seconds of the busiest thread so far: what the work would take were every thread alone on a core.
  static var busiestThreadSeconds: Double {
    let folder = "/proc/self/task"
    guard let list = opendir(folder) else { return .nan }
    defer { closedir(list) }
    var busiest = 0.0
    while let entry = readdir(list) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) {
        String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      // Nanoseconds on a processor come first.
      guard let file = fopen("\(folder)/\(name)/schedstat", "r") else { continue }
      defer { fclose(file) }
      var text = [CChar](repeating: 0, count: 128)
      guard fgets(&text, 128, file) != nil else { continue }
      busiest = max(busiest, 1e-9 * strtod(text, nil))
    }
    return busiest
  }

  private static func now(_ clock: clockid_t) -> Double {
    var t = timespec()
    clock_gettime(clock, &t)
    return Double(t.tv_sec) + 1e-9 * Double(t.tv_nsec)
  }
}
