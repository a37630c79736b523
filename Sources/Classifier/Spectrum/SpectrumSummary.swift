/// What there is to say about a spectrum at a glance, for `votrawl spectrum info` and tables.
public struct SpectrumSummary: Sendable, Equatable {
  /// Side bands of the continuum round Hα, in Å, vacuum: left, right.
  public static let continuumBands = (left: 6519.0...6540.0, right: 6595.0...6620.0)
  /// Half width of the integration for the equivalent width, in Å.
  public static let halfWidth = 20.0

  /// What the file says.
  public var metadata: SpectrumMetadata
  /// Scale of the wavelengths.
  public var scale: WavelengthScale
  /// First and last wavelength in Å, on ``scale``; `nil` without pixels.
  public var range: ClosedRange<Double>?
  /// Number of pixels.
  public var pixels: Int
  /// Distance of pixels at Hα in Å, or in the middle where Hα is not covered.
  public var pixelStep: Double?
  /// Pixels in the window 6519–6732 Å (vacuum).
  public var windowPixels: Int
  /// Those of them that are finite, not masked and of positive weight.
  public var goodPixels: Int
  /// Whether the window is covered.
  public var coversWindow: Bool
  /// Median of flux over error per pixel in the window, where errors are known.
  public var measuredSNR: Double?
  /// Equivalent width of Hα in Å, positive for absorption and negative for emission; `nil` where the line or
  /// its continuum is not covered or the continuum is not positive.
  ///
  /// The continuum is the straight line through the median fluxes of ``continuumBands``; 1 − F/Fc is integrated
  /// over Hα ± ``halfWidth``. Broad wings reach further and [N II] lies inside: a first look, no measurement.
  public var equivalentWidth: Double?
  /// Standard error of the equivalent width in Å from the inverse variances, the continuum taken as exact.
  public var equivalentWidthError: Double?

  /// Summarises a spectrum.
  /// - Complexity: O(pixels of the window · log).
  public init(_ spectrum: Spectrum) {
    metadata = spectrum.metadata
    scale = spectrum.scale
    pixels = spectrum.count
    range = spectrum.wavelength.first.flatMap { first in spectrum.wavelength.last.map { first...$0 } }
    let window = spectrum.pixels(inVacuum: FeaturePreset.window)
    windowPixels = window.count
    goodPixels = window.filter(spectrum.isGood).count
    let tolerance = SpectrumReader.tolerance
    coversWindow =
      spectrum.vacuumRange.map {
        $0.lowerBound <= FeaturePreset.window.lowerBound + tolerance
          && $0.upperBound >= FeaturePreset.window.upperBound - tolerance
      } ?? false
    if spectrum.count > 1 {
      let line = spectrum.pixels(inVacuum: SpectralLine.hAlpha.wavelength...5e5).lowerBound
      let pixel = (1..<spectrum.count).contains(line) ? line : spectrum.count / 2
      pixelStep = spectrum.wavelength[pixel] - spectrum.wavelength[pixel - 1]
    }
    if let weights = spectrum.inverseVariance {
      measuredSNR = Self.median(
        window.filter(spectrum.isGood).map { spectrum.flux[$0] * weights[$0].squareRoot() })
    }
    // A pixel without flux is not a deep line.
    var whole = spectrum
    if let bridged = try? FluxGaps(spectrum, reach: 0, bridgesZeros: true).bridged(limited: false) {
      whole.flux = bridged
    }
    (equivalentWidth, equivalentWidthError) = Self.equivalentWidth(whole)
  }

  private static func median(_ values: [Double]) -> Double? {
    guard !values.isEmpty else { return nil }
    let sorted = values.sorted()
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }

  private static func equivalentWidth(_ spectrum: Spectrum) -> (Double?, Double?) {
    func level(_ band: ClosedRange<Double>) -> Double? {
      let inside = spectrum.pixels(inVacuum: band)
      guard let range = spectrum.vacuumRange, range.lowerBound <= band.lowerBound + SpectrumReader.tolerance,
        range.upperBound >= band.upperBound - SpectrumReader.tolerance
      else { return nil }
      return median(inside.map { spectrum.flux[$0] }.filter(\.isFinite))
    }
    let bands = continuumBands
    guard let left = level(bands.left), let right = level(bands.right), left > 0, right > 0 else {
      return (nil, nil)
    }
    let middle = { (band: ClosedRange<Double>) in (band.lowerBound + band.upperBound) / 2 }
    let slope = (right - left) / (middle(bands.right) - middle(bands.left))
    let line = SpectralLine.hAlpha.wavelength
    let limits = (line - halfWidth)...(line + halfWidth)
    let inside = spectrum.pixels(inVacuum: limits)
    guard inside.lowerBound > 0, inside.upperBound < spectrum.count, !inside.isEmpty else {
      return (nil, nil)
    }
    let near = spectrum.cut(to: (inside.lowerBound - 1)..<(inside.upperBound + 1)).on(.vacuum)
    var width = 0.0
    var variance = 0.0
    for pixel in 1..<(near.count - 1) where near.flux[pixel].isFinite {
      // A pixel reaches half-way to its neighbours, and no further than the limits.
      let from = max(limits.lowerBound, (near.wavelength[pixel - 1] + near.wavelength[pixel]) / 2)
      let to = min(limits.upperBound, (near.wavelength[pixel] + near.wavelength[pixel + 1]) / 2)
      let continuum = left + slope * (near.wavelength[pixel] - middle(bands.left))
      width += (1 - near.flux[pixel] / continuum) * (to - from)
      if let weight = near.inverseVariance?[pixel], weight > 0 {
        variance += (to - from) * (to - from) / (continuum * continuum * weight)
      }
    }
    guard width.isFinite else { return (nil, nil) }
    return (width, variance > 0 && variance.isFinite ? variance.squareRoot() : nil)
  }

  /// The summary as pairs of a label and a text, in the order in which they are shown.
  public var rows: [(label: String, text: String)] {
    let number = PlotNumber.fixed
    var rows = [(label: String, text: String)]()
    func add(_ label: String, _ text: String?) { if let text { rows.append((label, text)) } }
    add("layout", metadata.layout.name)
    add("simulated", metadata.isSimulated ? "yes: not an observation" : nil)
    add("object", metadata.object)
    if let ra = metadata.ra, let dec = metadata.dec {
      add("position", "\(number(ra, 6)) \(dec < 0 ? "" : "+")\(number(dec, 6)) deg, ICRS")
    }
    if let date = metadata.dateObs {
      add("observed", "\(CalendarDate(modifiedJulianDate: date).text) UTC (MJD \(number(date, 5)))")
    }
    add("exposure", metadata.exposure.map { "\(number($0, 0)) s" })
    add("instrument", metadata.instrument)
    add("publisher DID", metadata.publisherDID)
    if let range {
      let origin =
        switch metadata.scaleOrigin {
        case .stated: "stated in the file"
        case .survey: "as the survey has it"
        case .sampling: "by its sampling"
        case .assumed: "assumed: nothing says so"
        }
      add("wavelengths", "\(number(range.lowerBound, 2))–\(number(range.upperBound, 2)) Å")
      add("scale", "\(scale.rawValue), \(origin)")
    }
    add("pixels", "\(pixels)" + (pixelStep.map { ", \(number($0, 4)) Å apart" } ?? ""))
    add("window", "\(coversWindow ? "covered" : "not covered"), \(goodPixels) of \(windowPixels) pixels good")
    add("flux", metadata.fluxCalibration)
    add("S/N", metadata.snr.map { "\(number($0, 1)) stated" })
    add("S/N measured", measuredSNR.map { "\(number($0, 1)) per pixel in the window" })
    if let width = equivalentWidth {
      let error = equivalentWidthError.map { " ± \(number($0, 2))" } ?? ""
      add("Hα width", "\(number(width, 2))\(error) Å (\(width < 0 ? "emission" : "absorption") within ±20 Å)")
    }
    for card in metadata.cards { add(card.keyword, card.value) }
    return rows
  }

  /// The summary as lines of text with aligned labels.
  public var text: String {
    let width = rows.map(\.label.count).max() ?? 0
    return rows.map { row in
      row.label + String(repeating: " ", count: width - row.label.count + 2) + row.text + "\n"
    }.joined()
  }
}
