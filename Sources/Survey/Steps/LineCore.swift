import Classifier

/// The middle of Hα as observed: a dip between two peaks, or a peak between two dips.
struct LineCore {
  /// Depth of the dip below the lower of the peaks round it, as a share of that peak; nil where Hα is not in emission.
  private(set) var dip: Double?
  /// Height of the peak above the higher of the dips round it, as a share of the continuum; nil where Hα is in emission.
  private(set) var rise: Double?

  /// Measures within 10 Å of Hα; both are nil where the line or its continuum is not covered.
  init(_ spectrum: Classifier.Spectrum) {
    let middle = SpectralLine.hAlpha.wavelength
    let line = spectrum.pixels(inVacuum: (middle - 10)...(middle + 10)).map { spectrum.flux[$0] }
    let sides = [
      SpectrumSummary.continuumBands.left, SpectrumSummary.continuumBands.right,
    ].flatMap { band in spectrum.pixels(inVacuum: band).map { spectrum.flux[$0] } }.sorted()
    guard line.count > 6, sides.count > 6, line.allSatisfy(\.isFinite) else { return }
    let continuum = sides[sides.count / 2]
    guard continuum > 0 else { return }
    let mean = line.reduce(0, +) / Double(line.count)
    if mean > continuum {
      dip = Self.greatest(line) { ($0 - $1) / $0 }
    } else {
      rise = Self.greatest(line.map { -$0 }) { $0 - $1 }.map { $0 / continuum }
    }
  }

  /// The greatest fall from the lower of the maxima on both sides of a pixel to that pixel.
  private static func greatest(_ values: [Double], _ measure: (Double, Double) -> Double) -> Double? {
    var left = values
    var right = values
    for place in values.indices.dropFirst() { left[place] = max(left[place - 1], values[place]) }
    for place in values.indices.dropLast().reversed() { right[place] = max(right[place + 1], values[place]) }
    return values.indices.map { measure(min(left[$0], right[$0]), values[$0]) }.max()
  }
}
