/// The Z-order curve: two coordinates as one number, bit by bit.
///
/// Even bits hold x, odd bits y, which is the order of cells within a base cell in the NESTED scheme
/// (Górski et al. 2005, ApJ 622, 759, §4.1).
enum ZOrder {
  /// One number from two coordinates below 2³².
  @inline(__always)
  static func interleave(_ x: UInt64, _ y: UInt64) -> UInt64 {
    var v = x | y << 32
    v = exchange(v, 16, 0x0000_0000_FFFF_0000)
    v = exchange(v, 8, 0x0000_FF00_0000_FF00)
    v = exchange(v, 4, 0x00F0_00F0_00F0_00F0)
    v = exchange(v, 2, 0x0C0C_0C0C_0C0C_0C0C)
    return exchange(v, 1, 0x2222_2222_2222_2222)
  }

  /// The two coordinates again.
  @inline(__always)
  static func deinterleave(_ z: UInt64) -> (x: UInt64, y: UInt64) {
    var v = exchange(z, 1, 0x2222_2222_2222_2222)
    v = exchange(v, 2, 0x0C0C_0C0C_0C0C_0C0C)
    v = exchange(v, 4, 0x00F0_00F0_00F0_00F0)
    v = exchange(v, 8, 0x0000_FF00_0000_FF00)
    v = exchange(v, 16, 0x0000_0000_FFFF_0000)
    return (v & 0xFFFF_FFFF, v >> 32)
  }

  /// Swaps the bits under `mask` with those `distance` places above them.
  @inline(__always)
  private static func exchange(_ v: UInt64, _ distance: UInt64, _ mask: UInt64) -> UInt64 {
    let t = (v ^ (v &>> distance)) & mask
    return v ^ t ^ (t &<< distance)
  }
}
