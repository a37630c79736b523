import Classifier
import Foundation

/// All that the page needs to draw a spectrum.
struct DeskPicture: Encodable, Sendable {
  /// Pixels: wavelengths in vacuum Å and what was measured there.
  struct Pixels: Encodable, Sendable {
    /// Å, vacuum.
    var wavelength: [Double]
    /// In the unit of the file; null where not finite.
    var flux: [Double?]
    /// Standard deviation of the flux; null where it means nothing.
    var sigma: [Double?]?
    /// Indices of pixels that are masked, or of no weight.
    var bad: [Int]
  }

  /// The straight line from flux to what the network sees: (flux − shift) · slope + start.
  struct Scaling: Encodable, Sendable {
    var shift: Double
    var slope: Double
    var start: Double
  }

  /// Another spectrum beside it: of the same star, or labelled.
  struct Companion: Encodable, Sendable {
    var id: Int64
    var name: String
    var collection: String
    var dateObs: Double?
    var snr: Double?
    /// As the network sees it, nil where it was not fetched.
    var vector: [Double]?
    /// Euclidean distance in feature space, of neighbours.
    var distance: Double?
  }

  /// A page elsewhere.
  struct Link: Encodable, Sendable {
    var title: String
    var url: String
    /// The bare key that opens it.
    var key: String?
  }

  var id: Int64
  var collection: String
  var did: String
  var name: String
  /// Degrees, ICRS.
  var ra: Double?
  var dec: Double?
  /// MJD.
  var dateObs: Double?
  /// Per pixel near Hα.
  var snr: Double?
  /// Spectral type, or class, as the archive has it.
  var type: String?
  var instrument: String?
  /// `air` or `vacuum`: what the file is in; the page is sent vacuum.
  var fileScale: String?
  var isSimulated: Bool
  /// Equivalent width of Hα and its error, Å, negative in emission.
  var equivalentWidth: Double?
  var equivalentWidthError: Double?
  var links: [Link] = []
  /// What the network sees: 140 values on the grid from 6519 to 6732 Å, vacuum.
  var vector: [Double]?
  var scaling: Scaling?
  /// The pixels round the grid.
  var window: Pixels?
  /// The whole spectrum, of at most some 4,000 points.
  var whole: Pixels?
  /// Other spectra of the star, by date.
  var epochs: [Companion] = []
  /// The nearest labelled spectra of other stars, by class, in the order of the classes.
  var neighbours: [[Companion]] = []
  /// Why there are no pixels, where there are none.
  var problem: String?
}

extension DeskPicture.Pixels {
  /// Points that are sent at most; longer spectra are sent as least and greatest value of each bin.
  static let limit = 4096

  /// The pixels of a range of a spectrum.
  init(_ spectrum: Spectrum, _ range: Range<Int>) {
    let part = spectrum.cut(to: range)
    let places = part.vacuumWavelength
    bad = part.flux.indices.filter { !part.isGood($0) }
    wavelength = places.map { Self.rounded($0, digits: 7) }
    flux = part.flux.map { $0.isFinite ? Self.rounded($0, digits: 5) : nil }
    sigma = part.inverseVariance.map { weights in
      weights.map { $0 > 0 && $0.isFinite ? Self.rounded(1 / $0.squareRoot(), digits: 4) : nil }
    }
  }

  /// All pixels; of a long spectrum the extremes of each bin, in their order, without errors.
  init(wholeOf spectrum: Spectrum) {
    self.init(spectrum, 0..<spectrum.count)
    sigma = nil
    guard wavelength.count > Self.limit else { return }
    let bins = Self.limit / 2
    var kept: [Int] = []
    for bin in 0..<bins {
      let range = wavelength.count * bin / bins..<wavelength.count * (bin + 1) / bins
      let finite = range.filter { flux[$0] != nil }
      guard let low = finite.min(by: { (flux[$0] ?? 0) < (flux[$1] ?? 0) }),
        let high = finite.max(by: { (flux[$0] ?? 0) < (flux[$1] ?? 0) })
      else { continue }
      kept += low == high ? [low] : [min(low, high), max(low, high)]
    }
    bad = []
    wavelength = kept.map { wavelength[$0] }
    flux = kept.map { flux[$0] }
  }

  /// A number of so many significant digits, so that its text is short.
  static func rounded(_ value: Double, digits: Int) -> Double {
    guard value != 0, value.isFinite else { return value }
    let power = digits - 1 - Int(log10(abs(value)).rounded(.down))
    let factor = pow(10, Double(abs(power)))
    return power >= 0 ? (value * factor).rounded() / factor : (value / factor).rounded() * factor
  }
}
