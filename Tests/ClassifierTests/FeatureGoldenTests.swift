import Classifier
import Testing

/// Vectors of the published preprocessing, made with astropy 8.0.2 and numpy by the recipe of the published code:
/// files `golden/labelled_140px_raw.csv` (before scaling) and `labelled_140px_minmax.csv`.
private struct GoldenTable {
  let rows: [(file: String, values: [Double])]

  init(_ name: String) {
    let text = (try? SpectrumTestData.bytes(name)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    rows = text.split(whereSeparator: \.isNewline).dropFirst().compactMap { line in
      let fields = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      guard fields.count == 147, let file = SpectrumTestData.byOrigin[fields[1]] else { return nil }
      return (file, fields.dropFirst(7).compactMap(Double.init))
    }
  }
}

@Suite("Published preprocessing", .enabled(if: SpectrumTestData.isThere, SpectrumTestData.note))
struct FeatureGoldenTests {
  @Test("skoda2020 gives the published vector of all 55 labelled spectra, to 1e-5 of the range")
  func scaledVectors() throws {
    let table = GoldenTable("golden/labelled_140px_minmax.csv")
    #expect(table.rows.count == 55)
    let extractor = FeatureExtractor(.skoda2020)
    for row in table.rows {
      let vector = try extractor.vector(of: SpectrumReader.read(path: SpectrumTestData.path(row.file)))
      #expect(vector.count == 140 && row.values.count == 140)
      let worst = zip(vector, row.values).map { abs(Double($0) - $1) }.max() ?? .infinity
      // The range of a scaled vector is 2.
      #expect(worst <= 2e-5, "\(row.file): \(worst)")
    }
  }

  @Test("The flux on the grid before scaling is the published one, to 1e-6 of its range")
  func resampledVectors() throws {
    let table = GoldenTable("golden/labelled_140px_raw.csv")
    #expect(table.rows.count == 55)
    let extractor = FeatureExtractor(.skoda2020)
    for row in table.rows {
      let flux = try extractor.resampled(SpectrumReader.read(path: SpectrumTestData.path(row.file)))
      let range = (row.values.max() ?? 0) - (row.values.min() ?? 0)
      let worst = zip(flux, row.values).map { abs($0 - $1) }.max() ?? .infinity
      #expect(worst <= 1e-6 * range, "\(row.file): \(worst / range)")
    }
  }

  @Test("Reading only the window, from memory or disk, gives the very same vectors")
  func windowOnly() throws {
    for preset in FeaturePreset.all {
      let extractor = FeatureExtractor(preset)
      for row in GoldenTable("golden/labelled_140px_minmax.csv").rows {
        let path = SpectrumTestData.path(row.file)
        let whole = try SpectrumReader.read(path: path)
        let part = try SpectrumReader.read(path: path, options: .features)
        let memory = try SpectrumReader.read(bytes: SpectrumTestData.bytes(row.file), options: .features)
        #expect(part.count < whole.count)
        #expect(part == memory)
        #expect(try extractor.vector(of: part) == extractor.vector(of: whole), "\(row.file) \(preset.name)")
      }
    }
  }
}
