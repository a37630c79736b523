import Crossmatch
import Glibc

/// Positions over the whole sky made from row numbers; half of the rows of one seed lie within 1″ of those of another.
struct SyntheticSky: PositionSource {
  let rowCount: Int
  let moves: Bool

  func withPositions(_ rows: Range<Int>, _ body: (Span<Double>, Span<Double>) -> Void) {
    var (ra, dec) = ([Double](), [Double]())
    ra.reserveCapacity(rows.count)
    dec.reserveCapacity(rows.count)
    for row in rows {
      // Even rows are the same stars in both skies.
      let star = UInt64(row) &* 2 &+ (moves && row % 2 == 1 ? 1 : 0)
      let x = Self.unit(star &* 3)
      let z = 2 * Self.unit(star &* 3 &+ 1) - 1
      var d = asin(z) * 57.29577951308232
      if moves { d = min(d + Self.unit(star &* 3 &+ 2) / 3600, 90) }
      ra.append(360 * x)
      dec.append(d)
    }
    body(ra.span, dec.span)
  }

  private static func unit(_ k: UInt64) -> Double {
    var x = k &+ 0x9E37_79B9_7F4A_7C15
    x = (x ^ (x >> 30)) &* 0xBF58_476D_1CE4_E5B9
    x = (x ^ (x >> 27)) &* 0x94D0_49BB_1331_11EB
    return Double((x ^ (x >> 31)) >> 11) * 0x1p-53
  }
}

/// Matches two made-up skies by temporary files and says what it took.
func outOfCore(_ millions: String, _ folder: String, _ options: [String]) throws {
  var (mode, threads) = ("all", 1)
  for k in stride(from: 0, to: options.count - 1, by: 2) {
    if options[k] == "-m" { mode = options[k + 1] }
    if options[k] == "-t" { threads = Int(options[k + 1]) ?? 1 }
  }
  guard let rows = Int(millions), let chosen = modes[mode] else {
    fail("outofcore MILLIONS FOLDER [-m MODE]")
  }
  let watch = Stopwatch()
  let matcher = OutOfCoreMatcher(
    matcher: Matcher(radiusArcsec: 1, mode: chosen, threads: threads), folder: folder)
  let report = try matcher.match(
    left: SyntheticSky(rowCount: rows * 1_000_000, moves: false),
    right: SyntheticSky(rowCount: rows * 1_000_000, moves: true)
  ) { _ in }
  print(
    """
    {"mode":"\(mode)","rows":\(2 * rows)e6,"n":\(report.matched),"sum":"\(report.checksum)",\
    "cpu_s":\(watch.cpuSeconds),"wall_s":\(watch.wallSeconds),"rss_mb":\(Stopwatch.peakMemory)}
    """)
}
