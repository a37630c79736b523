@testable import Classifier
import Testing

@Suite("Spectra read by byte ranges", .enabled(if: SpectrumTestData.isThere, SpectrumTestData.note))
struct SpectrumPartsTests {
  /// Reads a file as a client of a server would, and counts its questions.
  private func fetch(
    _ bytes: [UInt8], guess: Range<Int>? = nil
  ) throws -> (outcome: SpectrumParts.Outcome, held: Int, rounds: Int) {
    var parts = SpectrumParts(count: bytes.count)
    for round in 0..<12 {
      let outcome = parts.read(window: 6500...6750, guess: guess)
      guard case .lacks(let ranges) = outcome else { return (outcome, parts.held, round) }
      try #require(
        !ranges.isEmpty && ranges.allSatisfy { $0.lowerBound >= 0 && $0.upperBound <= bytes.count })
      for range in ranges { parts.add(Array(bytes[range]), at: range.lowerBound) }
    }
    return (.unsuitable("asks again and again"), parts.held, 12)
  }

  @Test("The excerpt has the pixels, weights, mask and metadata of the whole file, in every plain layout")
  func excerpts() throws {
    var layouts: Set<SpectrumLayout> = []
    for file in SpectrumTestData.spectra {
      var bytes = try SpectrumTestData.bytes(file)
      // LAMOST publishes DR9 and later, and medium resolution, compressed; archives serve them unpacked, too.
      if Gunzip.isGzip(bytes) { bytes = try Gunzip.expand(bytes) }
      guard let whole = try? SpectrumReader.read(bytes: bytes) else { continue }
      guard case .excerpt(let excerpt) = try fetch(bytes).outcome else { continue }
      layouts.insert(whole.metadata.layout)
      let kept = try SpectrumReader.read(bytes: excerpt.bytes)
      let part = whole.cut(to: excerpt.pixels)
      #expect(kept.flux == part.flux && kept.inverseVariance == part.inverseVariance, "\(file)")
      #expect(kept.mask == part.mask && kept.metadata == part.metadata && kept.scale == part.scale, "\(file)")
      #expect(zip(kept.wavelength, part.wavelength).allSatisfy { abs($0 - $1) < 1e-8 }, "\(file)")
      #expect(excerpt.spectrum == part, "\(file)")
    }
    let wanted: Set<SpectrumLayout> = [
      .ondrejovNative, .lamostDR1, .lamostDR2, .lamostDR3, .lamostDR9, .lamostMRS,
    ]
    #expect(layouts.isSuperset(of: wanted), "not seen: \(wanted.subtracting(layouts))")
  }

  @Test("Images take two questions and a fraction of the file")
  func images() throws {
    for file in SpectrumTestData.files(in: "pairs/lamost") {
      let bytes = try SpectrumTestData.bytes(file)
      let (outcome, held, rounds) = try fetch(bytes)
      guard case .excerpt = outcome else {
        Issue.record("\(file): \(outcome)")
        continue
      }
      #expect(rounds == 2 && held * 3 < bytes.count, "\(file): \(rounds) rounds, \(held) of \(bytes.count)")
    }
  }

  @Test("What is no plain FITS file is left to the whole file")
  func others() {
    var parts = SpectrumParts(count: 5000)
    parts.add([0x1f, 0x8b] + [UInt8](repeating: 0, count: 4998), at: 0)
    guard case .unsuitable = parts.read(window: 6500...6750) else {
      Issue.record("gzip was taken for FITS")
      return
    }
  }
}
