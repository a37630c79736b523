import Foundation

/// Where a spectrum's file lies in the survey: a name made of its publisher DID that can leave no folder.
enum SpectrumPath {
  /// Path relative to the survey, such as `spectra/ccd700/3f/oe270005-9c1d2e3f.fits`.
  static func path(for record: SpectrumRecord, form: Fetch.Form, isFITS: Bool) -> String {
    let hash = Checksum.fnv1a(Array(record.did.utf8))
    let last = record.did.split { $0 == "/" || $0 == "?" || $0 == "#" }.last.map(String.init) ?? "spectrum"
    var stem = safe(last)
    for ending in [".gz", ".fits", ".fit", ".vot", ".xml"] where stem.lowercased().hasSuffix(ending) {
      stem.removeLast(ending.count)
    }
    let kind =
      switch form {
      case .file: ""
      case .cutout: "-cutout"
      case .ranges: "-window"
      }
    return
      "spectra/\(safe(record.collection))/\(hash.prefix(2))/\(stem.prefix(80))-\(hash.prefix(8))\(kind)"
      + (isFITS ? ".fits" : ".vot")
  }

  private static func safe(_ text: String) -> String {
    let name = String(
      text.unicodeScalars.map { scalar in
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", "-", "_", "+", ".": Character(scalar)
        default: "_"
        }
      })
    return name.hasPrefix(".") ? "_" + name.dropFirst() : name.isEmpty ? "_" : name
  }
}
