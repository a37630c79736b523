#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Rows of one table in files on disk, one for each slab of declination: 24 bytes a row, native byte order.
///
/// The files have no names: they are unlinked when they are made and are gone with the process, however it ends.
final class SlabFiles {
  /// Bytes of a row: right ascension, declination, row number.
  static let stride = 24
  private static let bufferRows = 4096

  private var descriptors: [Int32] = []
  private var buffers: [[UInt64]]
  private(set) var rowCounts: [Int]
  private(set) var failure: String?

  /// Opens a file for each slab in a folder; nil, with `errno` set, if it cannot.
  init?(folder: String, slabs: Int) {
    buffers = [[UInt64]](repeating: [], count: slabs)
    rowCounts = [Int](repeating: 0, count: slabs)
    for slab in 0..<slabs {
      let path = "\(folder)/crossmatch-\(getpid())-\(slab)-\(UInt64.random(in: 0 ... .max))"
      let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
      guard descriptor >= 0 else { return nil }
      unlink(path)
      descriptors.append(descriptor)
    }
  }

  deinit {
    for d in descriptors { close(d) }
  }

  /// Adds a row to a slab.
  func add(_ ra: Double, _ dec: Double, _ row: Int, to slab: Int) {
    buffers[slab].append(ra.bitPattern)
    buffers[slab].append(dec.bitPattern)
    buffers[slab].append(UInt64(row))
    rowCounts[slab] += 1
    if buffers[slab].count >= 3 * Self.bufferRows { flush(slab) }
  }

  private func flush(_ slab: Int) {
    buffers[slab].withUnsafeBytes { bytes in
      var done = 0
      while done < bytes.count && failure == nil {
        let n = Glibc.write(descriptors[slab], bytes.baseAddress.map { $0 + done }, bytes.count - done)
        if n < 0 && errno != EINTR { failure = String(cString: strerror(errno)) }
        done += max(0, n)
      }
    }
    buffers[slab].removeAll(keepingCapacity: true)
  }

  /// Reads a slab back and gives its space on disk free.
  func take(_ slab: Int) -> SlabRows? {
    flush(slab)
    buffers[slab] = []
    let n = rowCounts[slab]
    var rows = SlabRows()
    rows.reserve(n)
    let words = 3 * Self.bufferRows
    var block = [UInt64](repeating: 0, count: words)
    var offset = 0
    while offset < n * Self.stride && failure == nil {
      let got = block.withUnsafeMutableBytes { bytes in
        pread(descriptors[slab], bytes.baseAddress, min(bytes.count, n * Self.stride - offset), offset)
      }
      if got <= 0 || got % Self.stride != 0 {
        if got < 0 && errno == EINTR { continue }
        failure = got < 0 ? String(cString: strerror(errno)) : "a slab file is shorter than what was written"
        break
      }
      for k in Swift.stride(from: 0, to: got / 8, by: 3) {
        rows.append(Double(bitPattern: block[k]), Double(bitPattern: block[k + 1]), Int(block[k + 2]))
      }
      offset += got
    }
    ftruncate(descriptors[slab], 0)
    return failure == nil ? rows : nil
  }
}

/// Rows of a slab in memory.
struct SlabRows: PositionSource {
  private(set) var ra: [Double] = []
  private(set) var dec: [Double] = []
  /// Row of the table of every row here.
  private(set) var row: [Int] = []

  var rowCount: Int { ra.count }

  mutating func reserve(_ n: Int) {
    ra.reserveCapacity(n)
    dec.reserveCapacity(n)
    row.reserveCapacity(n)
  }

  mutating func append(_ ra: Double, _ dec: Double, _ row: Int) {
    self.ra.append(ra)
    self.dec.append(dec)
    self.row.append(row)
  }

  func withPositions(_ rows: Range<Int>, _ body: (Span<Double>, Span<Double>) -> Void) {
    body(ra.span.extracting(rows), dec.span.extracting(rows))
  }
}
