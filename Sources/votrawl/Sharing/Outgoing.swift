import Foundation
import SAMP
import Tables

/// A file as other programs are asked to load it: by a `file:` URL, which lasts as long as the file does.
struct Outgoing {
  /// Absolute path.
  let path: String
  /// What it is.
  let kind: Kind

  /// What a file can be.
  enum Kind: String {
    case table, spectrum, coverage
  }

  /// Looks at a file; the kind follows from its content where it is not told.
  ///
  /// - Throws: ``OutgoingError`` where there is no file, or one that no message is for.
  init(_ path: String, as told: Kind?) throws {
    let url = URL(fileURLWithPath: path).standardizedFileURL
    self.path = url.path
    guard let handle = try? FileHandle(forReadingFrom: url), let head = try? handle.read(upToCount: 1 << 15)
    else {
      throw OutgoingError(message: "there is no file \(path)")
    }
    let text = String(decoding: head, as: UTF8.self)
    if let told {
      kind = told
    } else if text.hasPrefix("SIMPLE  =") {
      kind = text.contains("MOCORDER") || text.contains("MOCORD_S") ? .coverage : .spectrum
    } else if text.contains("<VOTABLE") || text.contains(":VOTABLE") {
      kind = text.contains("spec:Data") || text.contains("Spectrum.Data") ? .spectrum : .table
    } else {
      throw OutgoingError(
        message: "\(path) is neither VOTable nor FITS", hint: "votrawl table convert makes one of it")
    }
  }

  /// The URL by which others load it.
  var url: String { URL(fileURLWithPath: path).absoluteString }

  /// What messages name it by: the same for the same path each time.
  var identifier: String { "votrawl:" + path }

  /// The message that asks for it to be loaded.
  var message: SAMPMessage {
    let name = URL(fileURLWithPath: path).lastPathComponent
    switch kind {
    case .table: return .loadVOTable(url: url, tableID: identifier, name: name)
    case .coverage: return .loadCoverage(url: url, coverageID: identifier, name: name)
    case .spectrum:
      let format =
        path.hasSuffix(".vot") || path.hasSuffix(".xml") ? "application/x-votable+xml" : "application/fits"
      return .loadSpectrum(
        url: url, meta: ["Access.Reference": url, "Access.Format": format, "vox:spectrum_title": name],
        spectrumID: identifier, name: name)
    }
  }
}

/// Why a file cannot be sent.
struct OutgoingError: Error, CustomStringConvertible {
  let code = "SND-01"
  let message: String
  var hint: String?

  var description: String { "\(code): \(message)" + (hint.map { "\nhint: \($0)" } ?? "") }
}
