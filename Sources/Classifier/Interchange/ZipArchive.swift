/// Reads ZIP archives in memory: stored and deflated files, found by the central directory.
struct ZipArchive {
  /// Most bytes of all files together.
  static let limit = 2 << 30

  private let bytes: [UInt8]

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// Names and contents of the files.
  ///
  /// - Throws: `CLS-04` for a damaged archive, one in parts or beyond 4 GB, or contents beyond ``limit``.
  func entries() throws(ClassifierError) -> [(name: String, bytes: [UInt8])] {
    let end = try directoryEnd()
    let count = try number(end + 10, 2)
    var place = try number(end + 16, 4)
    guard count < 4096 else { throw Self.damaged("\(count) files") }
    var found: [(name: String, bytes: [UInt8])] = []
    var total = 0
    for _ in 0..<count {
      guard try number(place, 4) == 0x0201_4b50 else { throw Self.damaged("its directory at \(place)") }
      let (method, packed, size) = try (number(place + 10, 2), number(place + 20, 4), number(place + 24, 4))
      let (name, extra, remark) = try (number(place + 28, 2), number(place + 30, 2), number(place + 32, 2))
      let header = try number(place + 42, 4)
      let text = String(decoding: try slice(place + 46, name), as: UTF8.self)
      place += 46 + name + extra + remark
      total += size
      guard total <= Self.limit, try number(header, 4) == 0x0403_4b50 else {
        throw Self.damaged("\(text.prefix(80)) at \(header), \(total) bytes")
      }
      let data = try slice(header + 30 + number(header + 26, 2) + number(header + 28, 2), packed)
      switch method {
      case 0 where packed == size: found.append((text, Array(data)))
      case 8:
        do {
          found.append((text, try Gunzip.inflated(Array(data), count: size)))
        } catch {
          throw Self.damaged("\(text.prefix(80)): \(error.message)")
        }
      default: throw Self.damaged("\(text.prefix(80)) is packed by method \(method)")
      }
    }
    return found
  }

  /// Place of the end record: before a remark of up to 65,535 bytes.
  private func directoryEnd() throws(ClassifierError) -> Int {
    var place = bytes.count - 22
    while place >= max(0, bytes.count - 22 - 65_535) {
      if bytes[place] == 0x50, try number(place, 4) == 0x0605_4b50 { return place }
      place -= 1
    }
    throw Self.damaged("it has no directory")
  }

  private func number(_ place: Int, _ count: Int) throws(ClassifierError) -> Int {
    try slice(place, count).reversed().reduce(0) { $0 << 8 | Int($1) }
  }

  private func slice(_ place: Int, _ count: Int) throws(ClassifierError) -> ArraySlice<UInt8> {
    guard place >= 0, count >= 0, place <= bytes.count, count <= bytes.count - place else {
      throw Self.damaged("\(count) bytes at \(place) of \(bytes.count)")
    }
    return bytes[place..<place + count]
  }

  private static func damaged(_ what: String) -> ClassifierError {
    ClassifierError(.format, "a ZIP archive that cannot be read: \(what)")
  }
}
