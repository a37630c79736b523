import Tables

/// How the rows of a VOTable are written, and the media type that says so.
enum TableEncoding: Sendable {
  case tabledata, binary, binary2

  /// Reads RESPONSEFORMAT (DALI 1.1, §3.3.3).
  init(responseFormat: String) throws(RequestError) {
    let parts = responseFormat.lowercased().filter { $0 != " " }.split(separator: ";").map(String.init)
    guard let type = parts.first, ["votable", "application/x-votable+xml", "text/xml"].contains(type) else {
      throw RequestError("RESPONSEFORMAT", "'\(responseFormat)' cannot be made here; VOTable can")
    }
    let serialization = parts.dropFirst().first { $0.hasPrefix("serialization=") }?.dropFirst(14)
    switch serialization {
    case nil, "tabledata": self = .tabledata
    case "binary": self = .binary
    case "binary2": self = .binary2
    default: throw RequestError("RESPONSEFORMAT", "the serialization of '\(responseFormat)' is not known")
    }
  }

  /// The writer's name for it.
  var serialization: VOTableSerialization {
    switch self {
    case .tabledata: .tabledata
    case .binary: .binary
    case .binary2: .binary2
    }
  }

  /// Bytes of a document.
  func bytes(of document: VOTableDocument) -> [UInt8]? {
    try? VOTableWriter(serialization: serialization).bytes(of: document)
  }
}
