import Classifier

/// Whole files, made from the seed when they are asked for: `file/NAME.fits`, for Ondřejov also `file/NAME.vot`.
struct FileEndpoint: Sendable {
  /// When every file was last modified: the day the simulated surveys were published.
  static let lastModified = "Thu, 01 Jan 2026 00:00:00 GMT"

  /// The collection.
  let collection: DemoCollection

  /// Answers a request for a file.
  func answer(name: String, range: String?, ifRange: String?, ifModifiedSince: String?) -> Answer {
    guard let dot = name.lastIndex(of: "."),
      let record = collection.record(name: String(name[..<dot]))
    else { return .text(404, "No file of this name here") }
    let isVOTable = name[dot...] == ".vot" && collection.survey.kind == .ondrejov
    guard isVOTable || name[dot...] == ".fits" else { return .text(404, "No file of this name here") }
    if ifModifiedSince == Self.lastModified { return Answer(status: 304) }
    let body =
      isVOTable
      ? SpectrumTable(collection: collection).votable(record, band: nil, binary: true)
      : collection.survey.fits(record.index)
    var answer = Answer(type: isVOTable ? SpectrumTable.votableType : "image/fits", body: body)
    answer.headers = [
      ("Accept-Ranges", "bytes"), ("Last-Modified", Self.lastModified),
      ("Content-Disposition", "attachment; filename=\"\(name)\""),
    ]
    if let range, ifRange == nil || ifRange == Self.lastModified {
      Self.cut(&answer, to: range)
    }
    return answer
  }

  /// Applies a Range header with one range of bytes; others are ignored, which RFC 9110 (14.2) allows.
  private static func cut(_ answer: inout Answer, to range: String) {
    let size = answer.body.count
    guard range.hasPrefix("bytes="), !range.contains(",") else { return }
    let ends = range.dropFirst(6).split(separator: "-", omittingEmptySubsequences: false).map(String.init)
    guard ends.count == 2 else { return }
    let bounds: Range<Int>
    if ends[0].isEmpty {
      guard let tail = Int(ends[1]), tail >= 0 else { return }
      bounds = max(size - tail, 0)..<size
    } else {
      let end = ends[1].isEmpty ? Int.max : Int(ends[1])
      guard let first = Int(ends[0]), first >= 0, let end, end >= first else { return }
      bounds = min(first, size)..<max(min(end, size - 1) + 1, min(first, size))
    }
    if bounds.isEmpty {
      answer.status = 416
      answer.headers.append(("Content-Range", "bytes */\(size)"))
      answer.body = []
      return
    }
    answer.status = 206
    answer.headers.append(("Content-Range", "bytes \(bounds.lowerBound)-\(bounds.upperBound - 1)/\(size)"))
    answer.body = Array(answer.body[bounds])
  }
}
