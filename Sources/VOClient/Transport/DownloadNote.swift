import Glibc

/// The file beside the unfinished file of a long download that says what its bytes are.
struct DownloadNote {
  var url: String
  var origin: PartFile.Origin

  init(url: String, origin: PartFile.Origin) {
    self.url = url
    self.origin = origin
  }

  /// Reads a note; `nil` if there is none or it was written before the system was started: what was not on the disk
  /// when a machine stopped is lost, though the file may have kept its length.
  init?(path: String) {
    guard let text = SmallFile.read(path) else { return nil }
    let lines = String(decoding: text, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.count >= 4, lines[0] == Self.systemStart, let total = Int(lines[2]), total > 0 else {
      return nil
    }
    url = String(lines[1])
    origin = PartFile.Origin(total: total, validator: String(lines[3]))
  }

  func write(to path: String) {
    let lines = [Self.systemStart, url, String(origin.total), origin.validator, ""]
    SmallFile.write(Array(lines.joined(separator: "\n").utf8), to: path)
  }

  /// Changes with each start of the system.
  private static var systemStart: String {
    let bytes = SmallFile.read("/proc/sys/kernel/random/boot_id") ?? []
    return String(decoding: bytes, as: UTF8.self).trimmed
  }
}
