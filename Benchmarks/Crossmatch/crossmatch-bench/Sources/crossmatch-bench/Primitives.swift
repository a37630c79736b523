import Crossmatch
import Glibc

/// Millions per CPU second of the primitives, on the positions of a FITS table: the best of three runs each.
func primitives(_ path: String) throws {
  let table = try FITSPositions(path: path)
  let (ra, dec) = columns(table)
  let n = ra.count
  var cells = [UInt64](repeating: 0, count: n)
  for order in [12, 29] {
    let healpix = HEALPix(order: order)
    measure("ang2pix nest o\(order)", n) {
      for k in 0..<n { cells[k] = healpix.cell(ra: ra[k], dec: dec[k]) }
    }
    measure("ang2pix nest o\(order), bulk", n) { cells = healpix.cells(ra: ra, dec: dec) }
  }
  let healpix = HEALPix(order: 12)
  for k in 0..<n { cells[k] >>= 34 }
  var sum = 0.0
  measure("pix2ang nest o12", n) {
    for c in cells {
      let p = healpix.center(of: c)
      sum += p.ra + p.dec
    }
  }
  var count: UInt64 = 0
  measure("neighbours o12", n) { for c in cells { count &+= healpix.neighbours(of: c)[.north] ?? 0 } }
  measure("nest2ring o12", n) { for c in cells { count &+= healpix.ring(nested: c) } }
  measure("cone 3\" o15", 200_000) {
    let deep = HEALPix(order: 15)
    for k in 0..<200_000 { count &+= UInt64(deep.coverage(ra: ra[k], dec: dec[k], radius: 3.0 / 3600).count) }
  }
  var moc = MOC()
  measure("MOC o12 from positions", n) { moc = MOC(ra: ra, dec: dec, order: 12) }
  var inside = 0
  let others = dec.map { $0 + 180 }
  measure("MOC contains", n) { inside = moc.contains(ra: others, dec: dec).count { $0 } }
  let shifted = MOC(ra: ra.map { $0 * 0.999 }, dec: dec, order: 12)
  let ranges = moc.ranges.count + shifted.ranges.count
  measure("MOC union", ranges) { count &+= UInt64(moc.union(shifted).ranges.count) }
  measure("MOC intersection", ranges) { count &+= UInt64(moc.intersection(shifted).ranges.count) }
  measure("MOC complement", moc.ranges.count) { count &+= UInt64(moc.complement.ranges.count) }
  var index = SkyIndex(ra: [], dec: [])
  measure("SkyIndex make", n) { index = SkyIndex(ra: ra, dec: dec) }
  measure("SkyIndex cone 3\"", 200_000) {
    for k in 0..<200_000 { count &+= UInt64(index.cone(ra: ra[k], dec: dec[k], radius: 3.0 / 3600).count) }
  }
  print("(checks \(sum) \(count) \(inside))")
}

/// The positions of a table as columns of degrees.
func columns(_ table: FITSPositions) -> (ra: [Double], dec: [Double]) {
  var (ra, dec) = ([Double](), [Double]())
  ra.reserveCapacity(table.rowCount)
  dec.reserveCapacity(table.rowCount)
  for start in stride(from: 0, to: table.rowCount, by: 4096) {
    table.withPositions(start..<min(start + 4096, table.rowCount)) { a, d in
      for k in 0..<a.count {
        ra.append(a[k])
        dec.append(d[k])
      }
    }
  }
  return (ra, dec)
}

private func measure(_ name: String, _ count: Int, _ body: () -> Void) {
  var best = Double.infinity
  for _ in 0..<3 {
    let watch = Stopwatch()
    body()
    best = min(best, watch.cpuSeconds)
  }
  let rate = (Double(count) / best / 1e4).rounded() / 100
  print(name + String(repeating: " ", count: max(1, 28 - name.utf8.count)) + "\(rate) M/s")
}
