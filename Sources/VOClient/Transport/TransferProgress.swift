/// What an engine is doing at a moment.
public struct TransferProgress: Sendable {
  /// A transfer that runs.
  public struct Running: Sendable {
    /// Its address, without user name and password.
    public var url: String
    /// Decoded bytes of its body so far.
    public var bytes: Int
    /// Bytes of the body in all, where the server said it; before decompression.
    public var total: Int?
  }

  /// The transfers that run, in the order of their start.
  public var running: [Running]
  /// Transfers that wait for their turn.
  public var waiting: Int
  /// Exchanges that were answered since the engine began, with whatever status.
  public var answered: Int
  /// Exchanges that ended without a whole answer since the engine began; some are made again.
  public var broken: Int
  /// Decoded bytes of bodies received since the engine began.
  public var bytes: Int
}
