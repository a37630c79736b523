import Survey
import VOClient

/// Makes the transfer engine of a command.
enum Engine {
  /// - Parameter connections: transfers at a time and host.
  static func make(connections: Int? = nil) -> TransferEngine {
    var configuration = TransferConfiguration()
    if let connections { configuration.perHost = max(1, connections) }
    return TransferEngine(configuration)
  }
}
