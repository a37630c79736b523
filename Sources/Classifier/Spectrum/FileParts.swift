/// Parts of a file, at their places in it, and what a reader finds lacking.
///
/// Not for more than one reader at a time: it notes what the reader used.
final class FileParts {
  /// Bytes of the whole file.
  let count: Int
  /// The parts, by offset; they neither overlap nor touch.
  private var parts: [(start: Int, bytes: [UInt8])]
  /// Ranges that were asked for and are not there, since the parts were made.
  private(set) var missing: [Range<Int>] = []
  /// The headers that were read.
  private(set) var used: [Range<Int>] = []
  /// What the reader took of the data last: a part of a unit in which the spectrum is.
  private(set) var selection: FITSExcerpt?

  /// - Parameters:
  ///   - count: bytes of the whole file.
  ///   - parts: offsets and bytes, ascending, not overlapping, inside the file.
  init(count: Int, parts: [(start: Int, bytes: [UInt8])]) {
    self.count = count
    self.parts = parts
  }

  /// The bytes of a range.
  /// - Throws: `truncated` where not all are there; ``missing`` says which then.
  func bytes(_ range: Range<Int>) throws(SpectrumError) -> ArraySlice<UInt8> {
    let found = try beginning(range)
    guard found.count < range.count else { return found }
    missing.append(range)
    throw SpectrumError(.truncated, "bytes \(range) of the file are not here")
  }

  /// The first bytes of a range, as far as they are there without a gap.
  func beginning(_ range: Range<Int>) throws(SpectrumError) -> ArraySlice<UInt8> {
    guard let part = parts.last(where: { $0.start <= range.lowerBound }) else { return [] }
    let first = range.lowerBound - part.start
    guard first < part.bytes.count else { return [] }
    return part.bytes[first..<min(part.bytes.count, range.upperBound - part.start)]
  }

  /// Notes that a header was read.
  func use(_ range: Range<Int>) { used.append(range) }

  /// Takes a part of a unit's data.
  /// - Throws: `truncated` where bytes of it are lacking: all of them at once, whichever the reader asked for first.
  func select(_ excerpt: FITSExcerpt) throws(SpectrumError) {
    var lacking: [Range<Int>] = []
    for range in excerpt.ranges where try beginning(range).count < range.count { lacking.append(range) }
    guard lacking.isEmpty else {
      missing += lacking
      throw SpectrumError(.truncated, "bytes \(lacking[0]) of the file are not here")
    }
    selection = excerpt
  }
}
