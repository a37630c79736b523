import Crossmatch
import Glibc

// crossmatch-bench match LEFT.fits RIGHT.fits [-r ARCSEC] [-m MODE] [-t THREADS] [-o JOINED.fits] [-f file|arrays] [-n TIMES]
// crossmatch-bench primitives TABLE.fits
// crossmatch-bench outofcore MILLION-ROWS FOLDER [-m MODE] [-t THREADS]
//
// Matching reads the mapped files, or with -f arrays columns read before, whose times are not counted. With -n it is done
// so many times in one process, and the least and the median of CPU and wall seconds are given too.
// Prints one line of JSON: counts, checksum, and CPU and wall seconds of each step.

func fail(_ message: String) -> Never {
  _ = (message + "\n").withCString { write(2, $0, strlen($0)) }
  exit(64)
}

let modes: [String: MatchMode] = [
  "all": .all, "best1": .bestPerLeft, "best2": .bestPerRight, "mutual": .mutual, "greedy": .oneToOneGreedy,
  "optimal": .oneToOneOptimal,
]

do {
  let arguments = Array(CommandLine.arguments.dropFirst())
  switch arguments.first {
  case "match" where arguments.count >= 3:
    try match(arguments[1], arguments[2], Array(arguments.dropFirst(3)))
  case "outofcore" where arguments.count >= 3:
    try outOfCore(arguments[1], arguments[2], Array(arguments.dropFirst(3)))
  case "primitives" where arguments.count == 2: try primitives(arguments[1])
  default:
    fail(
      "usage: crossmatch-bench match LEFT RIGHT [-r ARCSEC] [-m MODE] [-t THREADS] [-o FILE] | primitives FILE | outofcore MILLIONS FOLDER"
    )
  }
} catch {
  fail("\(error)")
}

func match(_ left: String, _ right: String, _ options: [String]) throws {
  var (radius, mode, threads, output) = (3.0, "all", 1, String?.none)
  var (isLoaded, times) = (false, 1)
  for k in stride(from: 0, to: options.count - 1, by: 2) {
    switch options[k] {
    case "-r": radius = Double(options[k + 1]) ?? radius
    case "-m": mode = options[k + 1]
    case "-t": threads = Int(options[k + 1]) ?? threads
    case "-f": isLoaded = options[k + 1] == "arrays"
    case "-n": times = max(1, Int(options[k + 1]) ?? times)
    case "-o": output = options[k + 1]
    default: fail("what is \(options[k])?")
    }
  }
  guard let chosen = modes[mode] else { fail("modes: \(modes.keys.sorted().joined(separator: " "))") }
  let (a, b) = try (FITSPositions(path: left), FITSPositions(path: right))
  let columns = isLoaded ? (columns(a), columns(b)) : nil
  let matcher = Matcher(radiusArcsec: radius, mode: chosen, threads: threads)
  func run() throws -> MatchResult {
    guard let (l, r) = columns else { return try matcher.match(left: a, right: b) }
    return try matcher.match(leftRA: l.ra, leftDec: l.dec, rightRA: r.ra, rightDec: r.dec)
  }
  var (cpu, user, wall) = (Times(), Times(), Times())
  var last: MatchResult?
  for _ in 0..<times {
    last = nil
    let (watch, before) = (Stopwatch(), Stopwatch.userSeconds)
    last = try run()
    cpu.add(watch.cpuSeconds)
    user.add(Stopwatch.userSeconds - before)
    wall.add(watch.wallSeconds)
  }
  guard let result = last else { return }
  let matchBusiest = Stopwatch.busiestThreadSeconds
  let writing = Stopwatch()
  if let output { try FITSJoin(left: a, right: b).write(result.pairs, toPath: output, threads: threads) }
  let (writeCPU, writeWall) = (writing.cpuSeconds, writing.wallSeconds)
  let r = result.report
  print(
    """
    {"mode":"\(mode)","n":\(r.matched),"sum":"\(r.checksum)","sep_sum":\(r.separationSum),\
    "skipped":[\(r.leftSkipped),\(r.rightSkipped)],"candidates":\(r.candidates),\
    "match_cpu_s":\(cpu),"match_user_s":\(user),"match_busiest_s":\(matchBusiest),"match_s":\(wall),\
    "write_cpu_s":\(writeCPU),"write_s":\(writeWall),"busiest_s":\(Stopwatch.busiestThreadSeconds),\
    "rss_mb":\(Stopwatch.peakMemory)}
    """)
}

/// Seconds of one thing done several times; in JSON a number, or the least and the median of several.
struct Times: CustomStringConvertible {
  private var seconds: [Double] = []

  mutating func add(_ value: Double) { seconds.append(value) }

  var description: String {
    let sorted = seconds.sorted()
    guard sorted.count > 1 else { return "\(sorted.first ?? .nan)" }
    return "{\"least\":\(sorted[0]),\"median\":\(sorted[sorted.count / 2]),\"times\":\(sorted.count)}"
  }
}
