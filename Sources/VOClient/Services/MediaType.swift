/// A media type with its parameters, such as `application/x-votable+xml;content=datalink` (RFC 9110, section 8.3.1).
///
/// Type, subtype and parameter names are compared without case, and the order of parameters does not matter.
public struct MediaType: Sendable, Hashable, CustomStringConvertible {
  /// Type and subtype in lower case, such as `image/fits`; servers also give bare words such as `fits`.
  public var essence: String
  /// The parameters; names in lower case, values unquoted.
  public var parameters: [String: String]

  /// Takes a media type apart; nothing is refused.
  public init(_ text: String) {
    var parts: [String] = [""]
    var isQuoted = false
    var isEscaped = false
    for character in text {
      if isEscaped {
        parts[parts.count - 1].append(character)
        isEscaped = false
      } else if isQuoted && character == "\\" {
        isEscaped = true
      } else if character == "\"" {
        isQuoted.toggle()
      } else if character == ";" && !isQuoted {
        parts.append("")
      } else {
        parts[parts.count - 1].append(character)
      }
    }
    essence = parts[0].filter { !$0.isWhitespace }.lowercased()
    parameters = [:]
    for part in parts.dropFirst() {
      guard let equals = part.firstIndex(of: "=") else { continue }
      parameters[part[..<equals].trimmed.lowercased()] = part[part.index(after: equals)...].trimmed
    }
  }

  /// Whether this is a DataLink document: a VOTable with the parameter `content=datalink`.
  public var isDataLink: Bool {
    isVOTable && parameters["content"]?.lowercased() == "datalink"
  }

  /// Whether this is a VOTable in any serialisation.
  public var isVOTable: Bool {
    ["application/x-votable+xml", "text/xml+votable", "application/xml-votable", "votable"].contains(essence)
      || (essence == "text/xml" && parameters["content"] == "x-votable")
  }

  /// Whether this is FITS: image, table, or the bare word.
  public var isFITS: Bool {
    ["application/fits", "image/fits", "image/x-fits", "application/x-fits", "fits"].contains(essence)
      || essence.hasSuffix("/x-fits-bintable") || essence == "spectrum/fits"
  }

  /// The kinds of content that a file of this type may have; empty if the type says nothing.
  public var contentKinds: Set<ContentKind> {
    if isVOTable { return [.votable] }
    // Compressed FITS files are served under the type of the plain ones.
    if isFITS { return [.fits, .gzip] }
    switch essence {
    case "text/csv", "text/tab-separated-values", "text/plain": return [.csv, .text]
    case "application/json": return [.json]
    case "text/html", "application/xhtml+xml": return [.html, .xml]
    case "image/png": return [.png]
    case "application/gzip", "application/x-gzip": return [.gzip]
    default: return []
    }
  }

  /// Whether a file of this type does for somebody who asked for `wanted`: the same essence, and every parameter
  /// of `wanted` with the same value.
  public func satisfies(_ wanted: MediaType) -> Bool {
    guard essence == wanted.essence else { return false }
    return wanted.parameters.allSatisfy { parameters[$0.key]?.lowercased() == $0.value.lowercased() }
  }

  /// The canonical form.
  public var description: String {
    essence + parameters.sorted { $0.key < $1.key }.map { ";\($0.key)=\($0.value)" }.joined()
  }
}
