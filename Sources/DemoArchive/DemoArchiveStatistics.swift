/// What a demo archive has been asked since it started.
public struct DemoArchiveStatistics: Sendable, Equatable {
  /// All requests.
  public var requests = 0
  /// Requests refused on purpose.
  public var failures = 0
  /// Answers cut off on purpose.
  public var drops = 0
  /// Requests for files, by GET, whole or in part.
  public var files = 0
  /// Requests for cut-outs.
  public var cutouts = 0
  /// SSAP queries.
  public var queries = 0
  /// DataLink requests.
  public var links = 0
  /// Bytes of bodies put together (not all of them may have been sent).
  public var bytes = 0
}
