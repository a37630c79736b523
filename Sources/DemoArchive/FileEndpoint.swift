import Classifier
import Foundation

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

  /// Applies a Range header, with one range of bytes or several (RFC 9110, 14.2 and 14.6); one that cannot be understood
  /// is ignored.
  private static func cut(_ answer: inout Answer, to range: String) {
    let size = answer.body.count
    guard range.hasPrefix("bytes=") else { return }
    var found: [Range<Int>] = []
    for text in range.dropFirst(6).split(separator: ",") {
      guard let bounds = bounds(text.trimmingCharacters(in: .whitespaces), size: size) else { return }
      if !bounds.isEmpty { found.append(bounds) }
    }
    guard let first = found.first else {
      answer.status = 416
      answer.headers.append(("Content-Range", "bytes */\(size)"))
      answer.body = []
      return
    }
    answer.status = 206
    let whole = answer.body
    if found.count == 1 {
      answer.headers.append(("Content-Range", contentRange(first, size)))
      answer.body = Array(whole[first])
      return
    }
    let boundary = "part-of-\(size)-bytes"
    answer.body = []
    for bounds in found {
      let head = "\r\n--\(boundary)\r\nContent-Type: \(answer.type)\r\n"
      answer.body += Array("\(head)Content-Range: \(contentRange(bounds, size))\r\n\r\n".utf8)
      answer.body += whole[bounds]
    }
    answer.body += Array("\r\n--\(boundary)--\r\n".utf8)
    answer.type = "multipart/byteranges; boundary=\(boundary)"
  }

  private static func contentRange(_ bounds: Range<Int>, _ size: Int) -> String {
    "bytes \(bounds.lowerBound)-\(bounds.upperBound - 1)/\(size)"
  }

  /// The bytes that a range means, none where the file has none of them; nil where it cannot be understood.
  private static func bounds(_ text: String, size: Int) -> Range<Int>? {
    let ends = text.split(separator: "-", omittingEmptySubsequences: false).map(String.init)
    guard ends.count == 2 else { return nil }
    if ends[0].isEmpty {
      guard let tail = Int(ends[1]), tail >= 0 else { return nil }
      return max(size - tail, 0)..<size
    }
    let end = ends[1].isEmpty ? size - 1 : Int(ends[1])
    guard let first = Int(ends[0]), first >= 0, let end, end >= first || ends[1].isEmpty else { return nil }
    return min(first, size)..<max(min(end, size - 1) + 1, min(first, size))
  }
}
