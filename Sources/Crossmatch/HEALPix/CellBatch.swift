/// The order-29 cells of several positions at a time.
///
/// The operations are those of ``HEALPix/deepestCell(ra:dec:)``, one by one and in their order, so that the results are
/// the same to the last bit; both branches of it are computed as one, and a lane takes from each what is its own.
enum CellBatch {
  /// What is put in the place of the cell of what is no position.
  static let noCell = UInt64.max

  private typealias Reals = SIMD4<Double>
  private typealias Words = SIMD4<UInt64>
  private static let lanes = Reals.scalarCount

  /// Writes the cell of each position, or ``noCell`` for what is none.
  ///
  /// - Parameters:
  ///   - ra: right ascensions, degrees
  ///   - dec: declinations, degrees, as many
  ///   - cells: room for as many
  static func fill(
    _ ra: UnsafeBufferPointer<Double>, _ dec: UnsafeBufferPointer<Double>,
    _ cells: UnsafeMutablePointer<UInt64>
  ) {
    guard let ras = ra.baseAddress, let decs = dec.baseAddress else { return }
    let n = ra.count
    var k = 0
    while k &+ lanes <= n {
      let a = UnsafeRawPointer(ras + k).loadUnaligned(as: Reals.self)
      let d = UnsafeRawPointer(decs + k).loadUnaligned(as: Reals.self)
      let isOrdinary = (a .>= 0) .& (a .< 360) .& (d .>= -90) .& (d .<= 90)
      if unsafeBitCast(isOrdinary, to: SIMD4<Int64>.self).wrappedSum() == -lanes {
        UnsafeMutableRawPointer(cells + k).storeBytes(of: deepest(a, d), as: Words.self)
      } else {
        for j in k..<k &+ lanes { (cells + j).initialize(to: single(ras[j], decs[j])) }
      }
      k &+= lanes
    }
    while k < n {
      (cells + k).initialize(to: single(ras[k], decs[k]))
      k &+= 1
    }
  }

  /// Hands over the cells of a table, a piece that stays in the first-level cache at a time, with its first row.
  static func forEachBlock(
    _ ra: [Double], _ dec: [Double], _ body: (Int, UnsafeBufferPointer<UInt64>) -> Void
  ) {
    let block = 1024
    withUnsafeTemporaryAllocation(of: UInt64.self, capacity: block) { cells in
      guard let base = cells.baseAddress else { return }
      ra.withUnsafeBufferPointer { ra in
        dec.withUnsafeBufferPointer { dec in
          var start = 0
          while start < ra.count {
            let rows = start..<min(start + block, ra.count)
            fill(.init(rebasing: ra[rows]), .init(rebasing: dec[rows]), base)
            body(start, UnsafeBufferPointer(start: base, count: rows.count))
            start = rows.upperBound
          }
        }
      }
    }
  }

  private static func single(_ ra: Double, _ dec: Double) -> UInt64 {
    guard SkyPosition.isValid(ra: ra, dec: dec) else { return noCell }
    return HEALPix.deepestCell(ra: SkyPosition.normalized(ra: ra), dec: dec)
  }

  /// The cells of positions with `ra` in [0, 360) and `dec` in −90…90.
  @inline(__always)
  private static func deepest(_ ra: Reals, _ dec: Reals) -> Words {
    let side = 536_870_912.0
    let low = Words(repeating: 0x1FFF_FFFF)
    let one = Reals(repeating: 1)
    let quarters =
      one.only(where: ra .>= 90) + one.only(where: ra .>= 180) + one.only(where: ra .>= 270)
    let within = (ra - 90 * quarters) * (1.0 / 90)
    let height = unsafeBitCast(unsafeBitCast(dec, to: Words.self) & (.max >> 1), to: Reals.self)
    let isPolar = height .> HEALPix.transitionLatitude
    let polar = unsafeBitCast(isPolar, to: Words.self)
    let angle = (dec * Circular.radiansPerDegree)
      .replacing(with: (90 - height) * (0.5 * Circular.radiansPerDegree), where: isPolar)
    let sine = sinKernel(angle)

    let along = side * (0.5 + within)
    let across = (side * 0.75) * sine
    let reach = (side * FacePoint.rootSix) * sine
    let (down, up) = (along - across, along + across)
    let (first, second) = (within * reach, (1 - within) * reach)
    let most = Reals(repeating: 0x1FFF_FFFF)
    // From here on `p` is y's and `q` x's, but for the southern cap.
    let turns = integer(quarters) &<< 29
    let p =
      integer(
        down.only(where: down .>= 0).replacing(
          with: first.replacing(with: most, where: first .> most), where: isPolar)) &+ turns
    let q =
      integer(
        up.only(where: up .>= 0).replacing(
          with: second.replacing(with: most, where: second .> most), where: isPolar)) &+ turns

    let (fp, fq) = (p &>> 29, q &>> 29)
    // Ones throughout where the one or the other is the smaller.
    let isLess = 0 &- ((fp &- fq) &>> 63)
    let isMore = 0 &- ((fq &- fp) &>> 63)
    let base = fp &+ ((fq &- fp) & isMore)
    let south = polar & (0 &- (unsafeBitCast(dec, to: Words.self) &>> 63))
    let belt = (base & 3) | ((4 & ~isLess & ~isMore) | (8 & isMore))
    // In the caps both are in the same quarter, which looks like the belt's base cell 4 + quarter.
    let face = belt ^ (polar & 4) ^ (south & 8)
    let exchanged = (p ^ q) & south
    let x = ((q ^ exchanged) & low) ^ (polar & ~south & low)
    let y = ((p ^ exchanged) & low) ^ (~south & low)
    return face &<< 58 | interleave(x, y)
  }

  /// The whole part of values of 0…2³¹: rounded to the nearest by adding 2⁵², and one less where that was up.
  @inline(__always)
  private static func integer(_ value: Reals) -> Words {
    let shifted = value + 0x1p52
    let isUp = (shifted - 0x1p52) .> value
    return (unsafeBitCast(shifted, to: Words.self) & 0xFFFF_FFFF) &+ unsafeBitCast(isUp, to: Words.self)
  }

  /// ``Circular/sinKernel(_:)``.
  @inline(__always)
  private static func sinKernel(_ x: Reals) -> Reals {
    let z = x * x
    let a = z * 1.58969099521155010221e-10
    let b = z * (-2.50507602534068634195e-08 + a)
    let c = z * (2.75573137070700676789e-06 + b)
    let d = z * (-1.98412698298579493134e-04 + c)
    let r = 8.33333333332248946124e-03 + d
    return x + (z * x) * (-1.66666666666666324348e-01 + z * r)
  }

  /// ``ZOrder/interleave(_:_:)``.
  @inline(__always)
  private static func interleave(_ x: Words, _ y: Words) -> Words {
    var v = x | y &<< 32
    v = exchange(v, 16, 0x0000_0000_FFFF_0000)
    v = exchange(v, 8, 0x0000_FF00_0000_FF00)
    v = exchange(v, 4, 0x00F0_00F0_00F0_00F0)
    v = exchange(v, 2, 0x0C0C_0C0C_0C0C_0C0C)
    return exchange(v, 1, 0x2222_2222_2222_2222)
  }

  @inline(__always)
  private static func exchange(_ v: Words, _ distance: UInt64, _ mask: UInt64) -> Words {
    let t = (v ^ (v &>> distance)) & mask
    return v ^ t ^ (t &<< distance)
  }
}

extension SIMD4<Double> {
  /// The values of some lanes, 0 in the others.
  @inline(__always)
  fileprivate func only(where mask: SIMDMask<SIMD4<Int64>>) -> Self {
    unsafeBitCast(
      unsafeBitCast(self, to: SIMD4<UInt64>.self) & unsafeBitCast(mask, to: SIMD4<UInt64>.self), to: Self.self
    )
  }
}
