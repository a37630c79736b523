import Classifier

/// FITS files made in memory, for what no real file at hand has.
enum SpectrumFixture {
  /// A header of cards `KEYWORD= value`, padded to whole blocks.
  static func header(_ cards: [String]) -> [UInt8] {
    var bytes = [UInt8]()
    for card in cards + ["END"] {
      bytes += Array(card.utf8.prefix(80))
      bytes += Array(repeating: 0x20, count: 80 - min(80, card.utf8.count))
    }
    return padded(bytes, with: 0x20)
  }

  static func padded(_ bytes: [UInt8], with filler: UInt8 = 0) -> [UInt8] {
    bytes + Array(repeating: filler, count: (2880 - bytes.count % 2880) % 2880)
  }

  /// A card with a number, aligned as FITS wants it.
  static func card(_ keyword: String, _ value: String) -> String {
    keyword.padding(8) + "= " + value
  }

  static func bigEndian(_ values: [Float]) -> [UInt8] {
    values.flatMap { value in withUnsafeBytes(of: value.bitPattern.bigEndian) { Array($0) } }
  }

  static func bigEndian(_ values: [Double]) -> [UInt8] {
    values.flatMap { value in withUnsafeBytes(of: value.bitPattern.bigEndian) { Array($0) } }
  }

  /// A one-dimensional image in single precision with a linear dispersion, and more cards.
  static func image(_ flux: [Float], first: Double, step: Double, cards: [String] = []) -> [UInt8] {
    header(
      [
        card("SIMPLE", "T"), card("BITPIX", "-32"), card("NAXIS", "1"), card("NAXIS1", "\(flux.count)"),
        card("CRVAL1", "\(first)"), card("CDELT1", "\(step)"), card("CRPIX1", "1"),
      ] + cards) + padded(bigEndian(flux))
  }

  /// The window and more, in air, with an emission line at Hα.
  static func emission(cards: [String] = []) -> [UInt8] {
    image(
      (0..<2000).map { pixel in
        let distance = (6270 + 0.25 * Double(pixel) - 6562.8) / 4
        return Float(1 + 2 * max(0, 1 - distance * distance))
      }, first: 6270, step: 0.25, cards: cards)
  }
}

extension String {
  fileprivate func padding(_ width: Int) -> String {
    self + String(repeating: " ", count: Swift.max(0, width - count))
  }
}
