/// A Content-Range header of a 206 answer: `bytes first-last/total`.
struct ContentRange: Equatable {
  var first: Int
  var last: Int
  var total: Int?

  init?(_ text: String?) {
    guard let text, text.lowercased().hasPrefix("bytes") else { return nil }
    let numbers = text.dropFirst(5).trimmed.split(separator: "/")
    let ends = (numbers.first ?? "").split(separator: "-").compactMap { Int($0.trimmed) }
    guard numbers.count == 2, ends.count == 2, ends[0] >= 0, ends[1] >= ends[0] else { return nil }
    first = ends[0]
    last = ends[1]
    total = Int(numbers[1].trimmed)
  }
}
