import Glibc

/// One spectrum of a picture: heading, flux axis, line marks, flux with its error band, and what the network sees.
struct SpectrumPlotPanel {
  let item: SpectrumPlot.Item
  let options: SpectrumPlot.Options
  let x: PlotAxis
  let top: Double
  let height: Double
  let isCompact: Bool

  private var plotTop: Double { top + 46 }
  private var plotBottom: Double { top + height - 8 }

  func svg() -> String {
    let spectrum = item.spectrum
    let pixels = spectrum.pixels(inVacuum: options.window)
    let seen = options.preset.flatMap { try? FeatureExtractor($0.scaled(.none)).resampled(spectrum) }
    let range = fluxRange(pixels, seen)
    // Large and small fluxes are drawn in units of a power of ten.
    let largest = max(abs(range.lowerBound), abs(range.upperBound))
    let power = largest > 0 ? Int(floor(log10(largest / 2))) : 0
    let exponent = (-2...3).contains(power) ? 0 : power
    // The names of the lines stand above the flux.
    let y = PlotAxis(values: range, from: plotBottom, to: plotTop + 20)

    var svg = heading(exponent: exponent, hasOverlay: seen != nil)
    svg += fluxAxis(y, unit: pow(10, Double(exponent)))
    svg += lineMarks()
    svg += errorBand(pixels, y)
    svg += path(of: pixels, y)
    svg += badPixels(pixels)
    if let seen { svg += overlay(seen, y) }
    svg += """
      <rect x="\(number(x.from))" y="\(number(plotTop))" width="\(number(x.to - x.from))" \
      height="\(number(plotBottom - plotTop))" class="frame"/>

      """
    if pixels.isEmpty {
      svg += """
        <text x="\(number((x.from + x.to) / 2))" y="\(number((plotTop + plotBottom) / 2))" class="mid">\
        no pixels between \(PlotNumber.fixed(options.window.lowerBound, 0)) and \
        \(PlotNumber.fixed(options.window.upperBound, 0)) Å</text>

        """
    }
    return svg
  }

  private func number(_ value: Double) -> String { SpectrumPlot.number(value) }

  /// Flux from the lowest to the highest good pixel and feature, with 5 % to spare.
  private func fluxRange(_ pixels: Range<Int>, _ seen: [Double]?) -> ClosedRange<Double> {
    let spectrum = item.spectrum
    var values = pixels.filter(spectrum.isGood).map { spectrum.flux[$0] }
    if values.count < 2 { values = pixels.map { spectrum.flux[$0] }.filter(\.isFinite) }
    values += seen?.filter(\.isFinite) ?? []
    guard let low = values.min(), let high = values.max(), low > -1e300, high < 1e300 else { return -1...1 }
    let spare = high > low ? 0.05 * (high - low) : max(abs(high) * 0.5, 1)
    return (low - spare)...(high + spare)
  }

  private func heading(exponent: Int, hasOverlay: Bool) -> String {
    let metadata = item.spectrum.metadata
    var facts = [String]()
    if let instrument = metadata.instrument, !isCompact { facts.append(instrument) }
    if let date = metadata.dateObs { facts.append(CalendarDate(modifiedJulianDate: date).day) }
    if let snr = metadata.snr { facts.append("S/N \(PlotNumber.fixed(snr, 0))") }
    if metadata.isSimulated { facts.append("simulated") }
    // In a narrow picture the remark stands before the facts, not opposite the heading.
    if isCompact, let note = item.note { facts.insert(note, at: 0) }
    let title = SpectrumPlot.escaped(item.title ?? metadata.object ?? "spectrum")
    let below = SpectrumPlot.escaped(facts.joined(separator: " · "))
    var svg = """
      <text x="\(number(x.from))" y="\(number(top + 18))" class="title">\(title)</text>
      <text x="\(number(x.from))" y="\(number(top + 35))">\(below)</text>

      """
    guard !isCompact else { return svg + fluxUnit(exponent) }
    if let note = item.note {
      svg += """
        <text x="\(number(x.to))" y="\(number(top + 18))" class="end">\(SpectrumPlot.escaped(note))</text>

        """
    }
    if hasOverlay, let preset = options.preset {
      svg += """
        <text x="\(number(x.to))" y="\(number(top + 35))" class="end"><tspan class="blue">flux</tspan>  ·  \
        <tspan class="red">as the network sees it (\(SpectrumPlot.escaped(preset.name)))</tspan></text>

        """
    }
    return svg + fluxUnit(exponent)
  }

  /// Name of the flux axis.
  private func fluxUnit(_ exponent: Int) -> String {
    let metadata = item.spectrum.metadata
    let calibration = metadata.fluxCalibration?.lowercased()
    let kind = calibration == "normalized" ? "relative flux" : "flux"
    let unit = exponent == 0 ? "" : " / 10\(PlotNumber.superscript(exponent))"
    let middle = number((plotTop + plotBottom) / 2)
    let left = isCompact ? "12" : "20"
    return """
      <text x="\(left)" y="\(middle)" class="mid" transform="rotate(-90 \(left) \(middle))">\(kind)\(unit)</text>

      """
  }

  private func fluxAxis(_ y: PlotAxis, unit: Double) -> String {
    let ticks = y.ticks(max(4, Int((plotBottom - plotTop) / 52)))
    let step = ticks.count > 1 ? (ticks[1] - ticks[0]) / unit : 1
    let decimals = PlotNumber.decimals(step: step)
    var svg = ""
    for tick in ticks {
      let place = number(y.place(tick))
      svg += """
        <path d="M\(number(x.from)) \(place)H\(number(x.to))" class="grid"/>\
        <path d="M\(number(x.from)) \(place)h-5" class="tick"/>\
        <text x="\(number(x.from - 9))" y="\(number(y.place(tick) + 4))" class="end">\
        \(PlotNumber.fixed(tick / unit, decimals))</text>

        """
    }
    return svg
  }

  private func lineMarks() -> String {
    var svg = ""
    for line in options.lines where options.window.contains(line.wavelength) {
      // In a narrow picture the names of [N II] would run into that of Hα.
      let isNamed =
        !isCompact || abs(line.wavelength - SpectralLine.hAlpha.wavelength) < 1 || line.wavelength > 6600
      let place = x.place(line.wavelength)
      let isMain = line == .hAlpha
      svg += """
        <path d="M\(number(place)) \(number(plotTop + 17))V\(number(plotBottom))" \
        class="line\(isMain ? " main" : "")"/>

        """
      guard isNamed else { continue }
      svg += """
        <text x="\(number(place))" y="\(number(plotTop + 13))" class="mid small"\
        \(isMain ? " font-weight=\"600\"" : "")>\(SpectrumPlot.escaped(line.name))</text>

        """
    }
    return svg
  }

  private func point(_ pixel: Int, _ value: Double, _ y: PlotAxis) -> String {
    let spectrum = item.spectrum
    let wavelength =
      spectrum.scale == .air
      ? WavelengthScale.vacuumWavelength(air: spectrum.wavelength[pixel]) : spectrum.wavelength[pixel]
    // Pixels far outside the axis are drawn at its edge.
    let place = min(max(y.place(value), plotTop + 2), plotBottom)
    return "\(number(x.place(wavelength))) \(number(place))"
  }

  /// Runs of pixels for which a value can be drawn.
  private func runs(_ pixels: Range<Int>, where isDrawn: (Int) -> Bool) -> [Range<Int>] {
    var runs = [Range<Int>]()
    var start: Int?
    for pixel in pixels {
      if isDrawn(pixel) {
        start = start ?? pixel
      } else if let first = start {
        runs.append(first..<pixel)
        start = nil
      }
    }
    if let first = start { runs.append(first..<pixels.upperBound) }
    return runs
  }

  private func path(of pixels: Range<Int>, _ y: PlotAxis) -> String {
    let flux = item.spectrum.flux
    let parts = runs(pixels) { flux[$0].isFinite }.map { run in
      "M" + run.map { point($0, flux[$0], y) }.joined(separator: "L")
    }
    return parts.isEmpty ? "" : "<path d=\"\(parts.joined())\" class=\"flux\"/>\n"
  }

  /// The range of ±1 standard deviation round the flux.
  private func errorBand(_ pixels: Range<Int>, _ y: PlotAxis) -> String {
    guard let weights = item.spectrum.inverseVariance else { return "" }
    let flux = item.spectrum.flux
    let parts = runs(pixels) { flux[$0].isFinite && weights[$0] > 0 }.map { run in
      let upper = run.map { point($0, flux[$0] + 1 / weights[$0].squareRoot(), y) }
      let lower = run.reversed().map { point($0, flux[$0] - 1 / weights[$0].squareRoot(), y) }
      return "M" + (upper + lower).joined(separator: "L") + "Z"
    }
    return parts.isEmpty ? "" : "<path d=\"\(parts.joined())\" class=\"band\"/>\n"
  }

  /// A tick at the foot of the plot for every pixel that is masked or has no weight.
  private func badPixels(_ pixels: Range<Int>) -> String {
    let bad = pixels.filter { !item.spectrum.isGood($0) }
    guard !bad.isEmpty else { return "" }
    let spectrum = item.spectrum.scale == .air ? item.spectrum.on(.vacuum) : item.spectrum
    let ticks = bad.map { "M\(number(x.place(spectrum.wavelength[$0]))) \(number(plotBottom))v-7" }
    return "<path d=\"\(ticks.joined())\" class=\"bad\"><title>masked pixels</title></path>\n"
  }

  /// The feature vector as flux, and at the right its scale from −1 to 1.
  private func overlay(_ seen: [Double], _ y: PlotAxis) -> String {
    let places = zip(FeaturePreset.grid, seen).filter { $0.1.isFinite }.map {
      (number(x.place($0.0)), number(min(max(y.place($0.1), plotTop + 2), plotBottom)))
    }
    var svg = "<path d=\"M\(places.map { "\($0.0) \($0.1)" }.joined(separator: "L"))\" class=\"seen\"/>\n"
    if height > 300 {
      svg += places.map { "<circle cx=\"\($0.0)\" cy=\"\($0.1)\" r=\"1.9\" class=\"dot\"/>" }.joined() + "\n"
    }
    guard let low = seen.min(), let high = seen.max(), high > low, options.preset?.scaling == .minMax else {
      return svg
    }
    for (label, value) in [("1", high), ("0", (low + high) / 2), ("−1", low)] {
      let place = y.place(value)
      svg += """
        <path d="M\(number(x.to)) \(number(place))h5" class="tick"/>\
        <text x="\(number(x.to + 10))" y="\(number(place + 4))" class="red">\(label)</text>

        """
    }
    return svg
  }
}
