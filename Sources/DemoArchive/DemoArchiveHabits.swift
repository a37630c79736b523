/// Bad habits of real archives that the demo archive can take on, so that clients can be tried hard.
///
/// All are off by default. Which requests fail depends only on their number, so that a run can be repeated.
public struct DemoArchiveHabits: Sendable {
  /// SSAP's SIZE is taken for a radius, as DaCHS does, not for the diameter that the standard says.
  public var takesSizeForRadius = false
  /// A HEAD request for a file never gets an answer, as with DaCHS.
  public var ignoresHead = false
  /// A Range header is ignored: the whole file comes, as RFC 9110 (14.2) allows.
  public var ignoresRange = false
  /// A file is dated anew each time, as while an archive writes its files again.
  public var redatesFiles = false
  /// DataLink stops after this many links, as DaCHS does at 100; 0 for no limit.
  ///
  /// The answer then has QUERY_STATUS=OVERFLOW, but no other sign of it. It never stops inside the links of one ID,
  /// and the client's MAXREC overrides it.
  public var linksMaxrec = 0
  /// The Authorization header field without which every request is answered with 401; nil where everybody is welcome.
  public var authorization: String?
  /// Pause before every answer.
  public var latency = Duration.zero
  /// Share of the requests that are refused, 0…1.
  public var failureRate = 0.0
  /// Status of a refusal; they are used in turn.
  public var failureStatuses = [503, 429]
  /// Value of Retry-After in a refusal, seconds; nil for no such header.
  public var retryAfter: Int? = 1
  /// Share of the answers that end in the middle of the body, 0…1: the connection is closed.
  public var dropRate = 0.0
  /// Whether the services that return VOTables and cut-outs fail and drop, too; otherwise only files do.
  public var troublesServices = true

  /// No bad habits.
  public init() {}

  /// How DaCHS behaves: SIZE is a radius, HEAD of a file hangs, DataLink stops after 100 links.
  public static var dachs: DemoArchiveHabits {
    var habits = DemoArchiveHabits()
    habits.takesSizeForRadius = true
    habits.ignoresHead = true
    habits.linksMaxrec = 100
    return habits
  }
}
