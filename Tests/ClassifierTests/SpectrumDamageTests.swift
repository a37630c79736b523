import Classifier
import Testing

/// Damaged files end in an error or a spectrum, never in a crash or a hang.
@Suite("Damaged files", .enabled(if: SpectrumTestData.isThere, SpectrumTestData.note))
struct SpectrumDamageTests {
  /// One file of every layout, and the odd ones.
  static let files = [
    "ondrejov/native/ua280060.fits", "ondrejov/sdm/gamma-cas-emission.fits",
    "ondrejov/every-output-format/binary.vot", "ondrejov/every-output-format/tabledata.vot",
    "ondrejov/every-output-format/spectrum.csv", "lamost/dr1/spec-55862-B6212_sp06-006.fits",
    "lamost/dr2/spec-55919-B5591903_sp01-001.fits", "lamost/dr7-gzip-named-fits/101017.fits",
    "lamost/dr10/spec-59522-GACII052N48B2_sp05-168.fits.gz",
    "lamost/mrs/med-58625-TD192102N424113K01_sp12-076.fits.gz", "sdss/spec-1230-52672-0233.fits",
    "bess/_deneb_20230809_821.fits", "iraf-multispec/multispec_equispec.fits",
    "broken/kastRED_G233-42_20210925.fits",
  ]

  private func read(_ bytes: [UInt8]) {
    guard let spectrum = try? SpectrumReader.read(bytes: bytes, window: FeaturePreset.window) else { return }
    for preset in FeaturePreset.all { _ = try? FeatureExtractor(preset).vector(of: spectrum) }
    _ = SpectrumSummary(spectrum).text
  }

  @Test("Cut anywhere, a file gives an error or a spectrum", arguments: files)
  func truncated(_ file: String) throws {
    let whole = try SpectrumTestData.bytes(file)
    var random = SplitMix(seed: 1)
    let places = (0..<40) + (0..<160).map { _ in Int(random.next() % UInt64(whole.count)) }
    for count in places { read(Array(whole.prefix(count))) }
  }

  @Test("Every FITS file cut before its last data is refused as truncated")
  func everyTruncation() throws {
    for file in SpectrumTestData.spectra where file.hasPrefix("pairs/") {
      let whole = try SpectrumTestData.bytes(file)
      var random = SplitMix(seed: UInt64(whole.count))
      for _ in 0..<20 {
        let count = 9 + Int(random.next() % UInt64(whole.count - 2880 - 9))
        let error = try #require(throws: SpectrumError.self) {
          try SpectrumReader.read(bytes: Array(whole.prefix(count)))
        }
        #expect(error.code == .truncated, "\(file) cut to \(count): \(error)")
      }
    }
  }

  @Test("With any bytes changed, a file gives an error or a spectrum", arguments: files)
  func flipped(_ file: String) throws {
    let whole = try SpectrumTestData.bytes(file)
    var random = SplitMix(seed: 2)
    for round in 0..<150 {
      var damaged = whole
      // The headers are where damage is dangerous: half of the changes are made in the first 20 kB.
      let reach = round % 2 == 0 ? min(20_000, whole.count) : whole.count
      for _ in 0..<(1 + round % 8) {
        let value = UInt8(truncatingIfNeeded: random.next())
        damaged[Int(random.next() % UInt64(reach))] = round % 3 == 0 ? 0x30 + value % 10 : value
      }
      read(damaged)
    }
  }

  /// Pseudo-random numbers by SplitMix64, the same in every run.
  struct SplitMix {
    var state: UInt64
    init(seed: UInt64) { state = seed }
    mutating func next() -> UInt64 {
      state &+= 0x9e37_79b9_7f4a_7c15
      var z = state
      z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
      z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
      return z ^ (z >> 31)
    }
  }
}
