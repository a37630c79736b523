/// How a query ended, in the words of the server (DALI 1.1 §4.4).
public enum QueryStatus: Sendable, Hashable {
  /// All went well and all rows are there.
  case ok
  /// The rows are right, but the server has more of them than it gives.
  case overflow
  /// The query failed, perhaps after some rows; the server's message.
  case error(String)
}
