import FoundationEssentials

#if canImport(Glibc)
  import Glibc
#endif

/// A file of named float arrays with a JSON header; the container of models and checkpoints.
///
/// All numbers little-endian:
///
///     offset  bytes
///     0       8      "VOTRAWLT"
///     8       4      version of this layout, 1
///     12      4      zero
///     16      8      length H of the header
///     24      H      header, UTF-8 JSON: {"kind", "header", "tensors": [{"name", "shape", "offset"}]}
///     24+H    P      zeros up to a multiple of 64
///     …       4·n    the tensors, IEEE binary32; a tensor's offset counts bytes from here
///     end−8   8      CRC-64/XZ of all bytes before
struct TensorFile<Header: Codable> {
  let kind: String
  let header: Header
  let tensors: [(name: String, shape: [Int], values: [Float])]

  init(kind: String, header: Header, tensors: [(name: String, shape: [Int], values: [Float])]) {
    self.kind = kind
    self.header = header
    self.tensors = tensors
  }

  /// Reads and checks a file.
  init(path: String, kind: String) throws(ClassifierError) {
    let bytes: [UInt8]
    do {
      bytes = try Array(Data(contentsOf: URL(filePath: path)))
    } catch {
      throw ClassifierError(.file, "cannot be read", hint: "\(error)", path: path)
    }
    do {
      try self.init(bytes: bytes, kind: kind)
    } catch {
      throw ClassifierError(error.code, error.message, hint: error.hint, path: path)
    }
  }

  /// Reads and checks the bytes of a file: nothing in them is believed before the checksum and every bound
  /// are tested.
  init(bytes: [UInt8], kind: String) throws(ClassifierError) {
    guard bytes.count >= 32, bytes.prefix(8).elementsEqual(TensorLayout.magic) else {
      throw ClassifierError(
        .format, "not a \(kind): it does not begin with VOTRAWLT", hint: "was it made by this program?")
    }
    let version = bytes.number(at: 8, as: UInt32.self)
    guard version == TensorLayout.version else {
      throw ClassifierError(
        .version, "layout version \(version), this program knows \(TensorLayout.version)",
        hint: "use the program that wrote it, or a newer one")
    }
    var checksum = CRC64()
    bytes.withUnsafeBytes { checksum.add(UnsafeRawBufferPointer(rebasing: $0.dropLast(8))) }
    guard checksum.value == bytes.number(at: bytes.count - 8, as: UInt64.self) else {
      throw ClassifierError(
        .format, "damaged or cut short: the checksum does not fit the \(bytes.count) bytes",
        hint: "copy it again")
    }
    let length = bytes.number(at: 16, as: UInt64.self)
    guard length <= UInt64(bytes.count - 32) else {
      throw ClassifierError(.format, "a header of \(length) bytes does not fit into \(bytes.count)")
    }
    let end = 24 + Int(length)
    let contents: TensorLayout.Contents<Header>
    do {
      contents = try JSONDecoder().decode(
        TensorLayout.Contents<Header>.self, from: Data(bytes[24..<end]))
    } catch {
      throw ClassifierError(.format, "the header cannot be read: \(error)")
    }
    guard contents.kind == kind else {
      throw ClassifierError(.format, "this is a \(contents.kind), not a \(kind)")
    }
    let start = TensorLayout.aligned(end)
    self.kind = kind
    header = contents.header
    var tensors: [(name: String, shape: [Int], values: [Float])] = []
    for entry in contents.tensors {
      guard let range = entry.range(start: start, end: bytes.count - 8) else {
        throw ClassifierError(
          .format, "tensor \(entry.name) of shape \(entry.shape) reaches outside the file")
      }
      tensors.append((entry.name, entry.shape, bytes.floats(in: range)))
    }
    self.tensors = tensors
  }

  /// The bytes of the file; the same contents give the same bytes.
  func bytes() throws(ClassifierError) -> [UInt8] {
    var offset = 0
    let entries = tensors.map { tensor in
      defer { offset += 4 * tensor.values.count }
      return TensorLayout.Entry(name: tensor.name, shape: tensor.shape, offset: offset)
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    let json: Data
    do {
      json = try encoder.encode(TensorLayout.Contents(kind: kind, header: header, tensors: entries))
    } catch {
      throw ClassifierError(.format, "the header cannot be written: \(error)")
    }
    var bytes = TensorLayout.magic
    bytes.reserveCapacity(24 + json.count + 64 + offset + 8)
    bytes.append(number: TensorLayout.version)
    bytes.append(number: UInt32(0))
    bytes.append(number: UInt64(json.count))
    bytes += json
    bytes += [UInt8](repeating: 0, count: TensorLayout.aligned(bytes.count) - bytes.count)
    for tensor in tensors { bytes.append(floats: tensor.values) }
    var checksum = CRC64()
    checksum.add(bytes)
    bytes.append(number: checksum.value)
    return bytes
  }

  /// Writes the file beside its name, flushes it to the disk and then gives it its name.
  func write(to path: String) throws(ClassifierError) {
    let part = path + ".part"
    let contents = try bytes()
    let descriptor = open(part, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    guard descriptor >= 0 else { throw Self.failure("cannot be created", path) }
    defer { close(descriptor) }
    var written = 0
    while written < contents.count {
      let count = contents.withUnsafeBytes {
        Glibc.write(descriptor, $0.baseAddress?.advanced(by: written), contents.count - written)
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw Self.failure("cannot be written", path) }
      written += count
    }
    guard fsync(descriptor) == 0, rename(part, path) == 0 else {
      throw Self.failure("cannot be written", path)
    }
  }

  private static func failure(_ what: String, _ path: String) -> ClassifierError {
    let reason = String(cString: strerror(errno))
    return ClassifierError(.file, "\(what): \(reason)", path: path)
  }
}

/// What is the same in every tensor file.
enum TensorLayout {
  static let magic = Array("VOTRAWLT".utf8)
  static let version: UInt32 = 1

  struct Contents<Header: Codable>: Codable {
    let kind: String
    let header: Header
    let tensors: [Entry]
  }

  struct Entry: Codable {
    let name: String
    let shape: [Int]
    let offset: Int

    /// The bytes of this tensor, or nil if they would not all lie between `start` and `end`.
    func range(start: Int, end: Int) -> Range<Int>? {
      var count = 4
      for length in shape {
        let (product, overflow) = count.multipliedReportingOverflow(by: length)
        guard length > 0, !overflow else { return nil }
        count = product
      }
      guard start <= end, offset >= 0, offset % 4 == 0, offset <= end - start, count <= end - start - offset
      else { return nil }
      return start + offset..<start + offset + count
    }
  }

  static func aligned(_ offset: Int) -> Int { (offset + 63) / 64 * 64 }
}

extension [UInt8] {
  fileprivate func number<Number: FixedWidthInteger & BitwiseCopyable>(
    at offset: Int, as: Number.Type
  ) -> Number {
    withUnsafeBytes { Number(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: Number.self)) }
  }

  fileprivate mutating func append<Number: FixedWidthInteger>(number: Number) {
    Swift.withUnsafeBytes(of: number.littleEndian) { append(contentsOf: $0) }
  }

  fileprivate func floats(in range: Range<Int>) -> [Float] {
    withUnsafeBytes { bytes in
      (0..<range.count / 4).map { index in
        Float(
          bitPattern: UInt32(
            littleEndian: bytes.loadUnaligned(fromByteOffset: range.lowerBound + 4 * index, as: UInt32.self)))
      }
    }
  }

  fileprivate mutating func append(floats: [Float]) {
    floats.map(\.bitPattern.littleEndian).withUnsafeBytes { append(contentsOf: $0) }
  }
}
