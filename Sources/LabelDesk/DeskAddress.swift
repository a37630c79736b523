import Foundation

#if canImport(Glibc)
  import Glibc
#endif

/// The port and the token of a survey's desk: drawn at random once, and kept in the survey.
///
/// They stay the same when the desk is opened again, so that a page left open goes on where it was, and finds in the
/// browser what the desk had not acknowledged: a browser keeps that by host and port.
struct DeskAddress: Codable, Equatable {
  /// The port on 127.0.0.1.
  var port: UInt16
  /// What a page must know: 32 hexadecimal digits.
  var token: String

  /// A new address; the port is chosen when the desk opens.
  static func random() -> DeskAddress {
    var random = SystemRandomNumberGenerator()
    let digits = (0..<4).map { _ in String(format: "%08x", UInt32.random(in: 0...UInt32.max, using: &random))
    }
    return DeskAddress(port: 0, token: digits.joined())
  }

  /// The address kept in a survey, or nil.
  static func kept(in survey: String) -> DeskAddress? {
    guard let data = FileManager.default.contents(atPath: path(survey)),
      let address = try? JSONDecoder().decode(DeskAddress.self, from: data),
      address.token.utf8.count == 32
    else { return nil }
    return address
  }

  /// Keeps the address, readable by its owner only.
  func keep(in survey: String) throws(LabelDeskError) {
    let path = Self.path(survey)
    do {
      // The file is made unreadable to others before the token is in it, and takes its name when it is whole.
      let part = path + ".part"
      let descriptor = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
      guard descriptor >= 0, fchmod(descriptor, 0o600) == 0 else {
        throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO)
      }
      let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
      try file.write(contentsOf: try JSONEncoder().encode(self))
      try file.close()
      guard rename(part, path) == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
    } catch {
      throw LabelDeskError(
        "DSK-03", "cannot write \(path): \(error)", hint: "the survey's folder must be writable")
    }
  }

  /// Whether a token is the right one, in a time that does not tell how much of it is.
  func admits(_ other: String) -> Bool {
    let (mine, theirs) = (Array(token.utf8), Array(other.utf8))
    guard mine.count == theirs.count else { return false }
    return zip(mine, theirs).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
  }

  private static func path(_ survey: String) -> String { survey + "/.desk.json" }
}
