import Foundation

/// Where a spectrum's file lies in the survey: a name made of its publisher DID that can leave no folder.
enum SpectrumPath {
  /// Path relative to the survey, such as `spectra/ccd700/3f/oe270005-9c1d2e3f.fits`.
  static func path(for record: SpectrumRecord, form: Fetch.Form, isFITS: Bool) -> String {
    let hash = Checksum.fnv1a(record.did.utf8)
    let last = record.did.utf8.split {
      $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#")
    }.last
    var stem = safe(last.map { Substring($0) } ?? "spectrum")[...]
    for ending in endings
    where stem.suffix(ending.count).elementsEqual(ending, by: { $0 | 0x20 == $1 | 0x20 }) {
      stem.removeLast(ending.count)
    }
    let kind =
      switch form {
      case .file: ""
      case .cutout: "-cutout"
      case .ranges: "-window"
      }
    return
      "spectra/\(String(decoding: safe(record.collection[...]), as: UTF8.self))/\(hash.prefix(2))/"
      + "\(String(decoding: stem.prefix(80), as: UTF8.self))-\(hash.prefix(8))\(kind)"
      + (isFITS ? ".fits" : ".vot")
  }

  private static let endings = [".gz", ".fits", ".fit", ".vot", ".xml"].map { Array($0.utf8) }

  /// A name of ASCII letters, digits and `-_+.`, not empty and no hidden file's.
  private static func safe(_ text: Substring) -> [UInt8] {
    var name: [UInt8] = []
    name.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
      switch scalar {
      case "a"..."z", "A"..."Z", "0"..."9", "-", "_", "+", ".": name.append(UInt8(scalar.value))
      default: name.append(UInt8(ascii: "_"))
      }
    }
    if name.isEmpty || name[0] == UInt8(ascii: ".") {
      name.replaceSubrange(0..<min(1, name.count), with: "_".utf8)
    }
    return name
  }
}
