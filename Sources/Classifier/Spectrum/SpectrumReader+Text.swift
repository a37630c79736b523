extension SpectrumReader {
  /// Reads columns of numbers: wavelength, flux, and where there are more, inverse variance and mask.
  ///
  /// Commas, semicolons, tabs or blanks separate; lines starting with `#` and one line of names may come first.
  /// Nothing says in which scale the wavelengths are: steps of 1e-4 in log10 λ are taken for vacuum (LAMOST,
  /// SDSS) and LAMOST's resolution, all else as ``Options/assumedScale``.
  static func readText(_ bytes: [UInt8], _ options: Options) throws(SpectrumError) -> Spectrum {
    var columns: [[Double]] = []
    var names: [String]?
    var line = 0
    for row in bytes.split(separator: 10, omittingEmptySubsequences: false) {
      line += 1
      let fields = row.split { $0 == 44 || $0 == 59 || $0 == 9 || $0 == 32 || $0 == 13 }
      guard let first = fields.first, first.first != UInt8(ascii: "#") else { continue }
      let values = fields.map(number)
      if columns.isEmpty {
        guard values.count >= 2, let leading = values[0], leading.isFinite, values[1] != nil else {
          // One line of column names is allowed, a sentence is not.
          guard names == nil, fields.count >= 2, line < 50, isNames(fields) else { throw message(bytes) }
          names = fields.map { String(decoding: $0, as: UTF8.self).lowercased() }
          continue
        }
        columns = Array(repeating: [], count: min(values.count, 16))
      }
      guard values.count >= columns.count else {
        throw SpectrumError(
          .truncated, "has only \(values.count) of \(columns.count) columns in line \(line)")
      }
      for (column, value) in values.prefix(columns.count).enumerated() {
        guard let value else {
          throw SpectrumError(.damaged, "has no number in line \(line), column \(column + 1)")
        }
        columns[column].append(value)
      }
    }
    guard columns.count >= 2 else { throw message(bytes) }
    let place = { (wanted: [String], otherwise: Int) in
      names.map { $0.firstIndex { wanted.contains($0.filter { $0 != "\"" }) } } ?? otherwise
    }
    let wavelength = columns[
      place(["spectral", "wavelength", "wave", "lambda"], 0).flatMap { $0 < columns.count ? $0 : nil } ?? 0]
    let flux = columns[place(["flux", "intensity"], 1).flatMap { $0 < columns.count ? $0 : nil } ?? 1]
    let weights = place(["ivar"], 2).flatMap { $0 < columns.count ? columns[$0] : nil }
    let mask = place(["ormask", "andmask", "mask"], 3).flatMap { $0 < columns.count ? columns[$0] : nil }

    var metadata = SpectrumMetadata(layout: .text)
    var scale = options.assumedScale
    if isSurveySampling(wavelength) {
      metadata.scaleOrigin = .sampling
      scale = .vacuum
      metadata.resolution = SpectrumMetadata.resolution(of: .lamost)
    }
    let draft = SpectrumDraft(grid: .listed(wavelength), scale: scale, metadata: metadata)
    let range = try draft.pixels(options)
    return draft.spectrum(
      range, flux: Array(flux[range]), inverseVariance: weights.map { Array($0[range]) },
      mask: mask.map { Array($0[range]) })
  }

  /// A number, or NaN for `nan`, `null` and the like; `nil` for anything else.
  private static func number(_ field: ArraySlice<UInt8>) -> Double? {
    if let value = field.withUnsafeBufferPointer({ FITSField.number($0) }) { return value }
    let text = String(decoding: field, as: UTF8.self).lowercased()
    return ["nan", "null", "none", "inf", "-inf", "\"\""].contains(text) ? .nan : nil
  }

  private static func isNames(_ fields: [ArraySlice<UInt8>]) -> Bool {
    let known = ["spectral", "wavelength", "wave", "lambda"]
    return fields.contains { field in
      known.contains(String(decoding: field, as: UTF8.self).lowercased().filter { $0 != "\"" })
    }
  }

  private static func message(_ bytes: [UInt8]) -> SpectrumError {
    let start = String(decoding: bytes.prefix(300), as: UTF8.self)
      .split(whereSeparator: \.isWhitespace).joined(separator: " ")
    return SpectrumError(
      .textMessage, "is text, not columns of numbers: “\(start)”",
      hint:
        "if this is a server's message, the request was wrong; else save it as two columns, wavelength and flux"
    )
  }

  /// Whether wavelengths step by 1e-4 in log10 λ, as LAMOST and SDSS pipelines sample in vacuum.
  private static func isSurveySampling(_ wavelength: [Double]) -> Bool {
    guard wavelength.count > 20 else { return false }
    let ratio = 1.000230285020825
    return stride(from: 1, to: wavelength.count, by: max(1, wavelength.count / 16)).allSatisfy {
      abs(wavelength[$0] / wavelength[$0 - 1] - ratio) < 2e-6
    }
  }
}
