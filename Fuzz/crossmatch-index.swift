// Opens arbitrary bytes as an index file and as a table of positions, and asks both what such files are asked.

#if canImport(Glibc)
  import Glibc
#endif

/// What libFuzzer calls with every input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzIndex(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
  guard size > 0 else { return 0 }
  // A file in memory without a name: nothing is left behind.
  var template = Array("/dev/shm/crossmatch-fuzz-XXXXXX".utf8CString)
  let descriptor = mkstemp(&template)
  guard descriptor >= 0 else { return 0 }
  unlink(template)
  defer { close(descriptor) }
  guard write(descriptor, data, size) == size else { return 0 }
  let path = "/proc/self/fd/\(descriptor)"
  if let index = try? SkyIndex(path: path) {
    for (ra, dec) in [(0.0, 0.0), (10.68, 41.27), (123, -90), (359.9999, 89.9)] {
      _ = index.cone(ra: ra, dec: dec, radius: 3)
      _ = index.nearest(ra: ra, dec: dec, radius: 1)
    }
    _ = index.rows(in: MOC(coneAt: SkyPosition(ra: 10, dec: 40), radius: 20, order: 5))
    _ = index.skippedCount
  }
  if let table = try? FITSPositions(path: path) {
    var sum = 0.0
    for start in stride(from: 0, to: min(table.rowCount, 10_000), by: 1000) {
      table.withPositions(start..<min(start + 1000, table.rowCount)) { ra, dec in
        for k in 0..<ra.count { sum += ra[k] + dec[k] }
      }
    }
  }
  return 0
}
