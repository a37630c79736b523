/// A Content-Range header of a 206 answer: `bytes first-last/total` (RFC 9110, section 14.4).
struct ContentRange: Equatable {
  var first: Int
  var last: Int
  /// Bytes of the whole file; `nil` where the server does not know (`*`).
  var total: Int?

  init?(_ text: String?) {
    guard let text else { return nil }
    // By bytes: a file that is fetched in parts has several of them.
    let bytes = text.utf8
    guard bytes.count > 5, zip(bytes, "bytes".utf8).allSatisfy({ $0 | 0x20 == $1 }) else { return nil }
    let numbers = bytes.dropFirst(5).split(separator: UInt8(ascii: "/"))
    guard numbers.count == 2 else { return nil }
    let ends = numbers[0].split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
    guard ends.count == 2, let first = Self.number(ends[0]), let last = Self.number(ends[1]), last >= first
    else { return nil }
    self.first = first
    self.last = last
    total = Self.number(numbers[1])
  }

  /// A number between blanks; `nil` where there is something else.
  private static func number(_ text: Substring.UTF8View) -> Int? {
    let digits = text.drop { $0.isBlank }
    var number = 0
    var end = digits.startIndex
    while end < digits.endIndex, case let digit = digits[end] &- 0x30, digit < 10 {
      let (tens, isLarge) = number.multipliedReportingOverflow(by: 10)
      guard !isLarge, tens <= Int.max - Int(digit) else { return nil }
      number = tens + Int(digit)
      end = digits.index(after: end)
    }
    return end > digits.startIndex && digits[end...].allSatisfy(\.isBlank) ? number : nil
  }
}
