/// Pictures of spectra around Hα, as SVG.
///
/// A picture has its own background and needs nothing from outside, so that it looks the same in a light or a dark
/// page, in a report and on paper. Wavelengths are in vacuum.
public enum SpectrumPlot {
  /// One spectrum of a picture.
  public struct Item: Sendable {
    /// The spectrum.
    public var spectrum: Spectrum
    /// Heading; by default the object's name.
    public var title: String?
    /// Remark at the right of the heading, such as a class and its probability.
    public var note: String?

    /// Makes an item.
    public init(_ spectrum: Spectrum, title: String? = nil, note: String? = nil) {
      self.spectrum = spectrum
      self.title = title
      self.note = note
    }
  }

  /// How a picture is drawn.
  public struct Options: Sendable {
    /// Width in pixels, at least 240; below 560 headings are short, so that pictures fit side by side.
    public var width: Double
    /// Height of each spectrum in pixels, heading included, at least 120; `nil` for 420 alone, 220 in a stack.
    public var panelHeight: Double?
    /// Wavelengths shown, in Å, vacuum.
    public var window: ClosedRange<Double>
    /// The preset whose view of the spectrum is laid over it, or `nil` for none.
    public var preset: FeaturePreset?
    /// Lines that are marked.
    public var lines: [SpectralLine]

    /// Makes options.
    public init(
      width: Double = 960, panelHeight: Double? = nil, window: ClosedRange<Double> = 6514...6737,
      preset: FeaturePreset? = .standard, lines: [SpectralLine] = SpectralLine.marked
    ) {
      self.width = width
      self.panelHeight = panelHeight
      self.window = window
      self.preset = preset
      self.lines = lines
    }
  }

  /// A picture of one spectrum.
  public static func svg(
    _ spectrum: Spectrum, title: String? = nil, note: String? = nil, options: Options = Options()
  ) -> String {
    svg([Item(spectrum, title: title, note: note)], options: options)
  }

  /// A picture of several spectra, one below the other on the same wavelengths.
  /// - Complexity: O(pixels in the window); about 30 bytes of SVG a pixel.
  public static func svg(_ items: [Item], options: Options = Options()) -> String {
    let width = max(240, options.width)
    let isCompact = width < 560
    let height = max(120, options.panelHeight ?? (items.count > 1 ? 220 : 420))
    let foot = isCompact ? 24.0 : 46
    let total = 14 + height * Double(max(items.count, 1)) + foot
    let axis = PlotAxis(values: options.window, from: isCompact ? 50 : 74, to: width - (isCompact ? 32 : 58))
    let names = items.map { escaped($0.title ?? $0.spectrum.metadata.object ?? "spectrum") }
    var svg = """
      <svg xmlns="http://www.w3.org/2000/svg" width="\(number(width))" height="\(number(total))" \
      viewBox="0 0 \(number(width)) \(number(total))" role="img" \
      font-family="Inter, 'Source Sans 3', 'Noto Sans', 'DejaVu Sans', Helvetica, Arial, sans-serif">
      <title>\(names.joined(separator: "; ")) near Hα</title>
      <style>
      .frame{fill:none;stroke:#c3ccd5;stroke-width:1}
      .grid{stroke:#eef1f4;stroke-width:1}
      .tick{stroke:#9aa7b3;stroke-width:1}
      .line{stroke:#8795a3;stroke-width:1;stroke-dasharray:2 4}
      .main{stroke:#b4690e;stroke-dasharray:5 4}
      .flux{fill:none;stroke:#31618f;stroke-width:1.1;stroke-linejoin:round}
      .band{fill:#31618f;fill-opacity:.16;stroke:none}
      .bad{stroke:#a9b3bd;stroke-width:1.5}
      .seen{fill:none;stroke:#d1495b;stroke-width:1.6;stroke-linejoin:round;stroke-opacity:.9}
      .dot{fill:#d1495b}
      text{fill:#52606d;font-size:\(isCompact ? 11 : 12)px}
      .title{fill:#1f2933;font-size:\(isCompact ? 14 : 17)px;font-weight:600}
      .small{font-size:11px}
      .red{fill:#b83a4b}
      .blue{fill:#31618f}
      .end{text-anchor:end}
      .mid{text-anchor:middle}
      </style>
      <rect width="100%" height="100%" rx="6" fill="#ffffff"/>
      <rect x=".5" y=".5" width="\(number(width - 1))" height="\(number(total - 1))" rx="6" class="frame"/>

      """
    for (index, item) in items.enumerated() {
      let top = 14 + height * Double(index)
      svg += SpectrumPlotPanel(
        item: item, options: options, x: axis, top: top, height: height, isCompact: isCompact
      ).svg()
    }
    svg += wavelengthAxis(axis, at: 14 + height * Double(max(items.count, 1)) - 8, isNamed: !isCompact)
    svg += "</svg>\n"
    return svg
  }

  /// Ticks and name of the wavelength axis below the last panel.
  private static func wavelengthAxis(_ axis: PlotAxis, at bottom: Double, isNamed: Bool) -> String {
    var svg = ""
    for tick in axis.ticks(Int((axis.to - axis.from) / 80)) {
      let x = number(axis.place(tick))
      svg += """
        <path d="M\(x) \(number(bottom))v5" class="tick"/>\
        <text x="\(x)" y="\(number(bottom + 20))" class="mid">\(PlotNumber.fixed(tick, 0))</text>

        """
    }
    guard isNamed else { return svg }
    let middle = number((axis.from + axis.to) / 2)
    return svg + """
      <text x="\(middle)" y="\(number(bottom + 42))" class="mid">wavelength in vacuum (Å)</text>

      """
  }

  /// A coordinate as text.
  static func number(_ value: Double) -> String { PlotNumber.coordinate(value) }

  /// Text as it stands in XML; characters that XML 1.0 does not allow are left out.
  static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      case "\t", "\n", "\r": result += " "
      case "\u{0}"..."\u{1f}", "\u{fffe}", "\u{ffff}": break
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
