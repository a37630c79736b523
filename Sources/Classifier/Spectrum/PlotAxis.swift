import Glibc

/// One axis of a plot: values, their places on the page, and round ticks.
struct PlotAxis {
  /// Values at the two ends.
  let values: ClosedRange<Double>
  /// Places of the two ends on the page, in pixels; descending for an axis that points up.
  let from: Double
  let to: Double

  /// Place of a value.
  func place(_ value: Double) -> Double {
    from + (value - values.lowerBound) / (values.upperBound - values.lowerBound) * (to - from)
  }

  /// Round values, `count` or somewhat fewer or more, inside the axis.
  func ticks(_ count: Int) -> [Double] {
    let span = values.upperBound - values.lowerBound
    guard span > 0, span.isFinite else { return [] }
    let rough = span / Double(max(count, 1))
    let power = pow(10, floor(log10(rough)))
    let step = ([1, 2, 5, 10].first { $0 * power >= rough * 0.999 } ?? 10) * power
    let first = (values.lowerBound / step).rounded(.up)
    let last = (values.upperBound / step).rounded(.down)
    guard last >= first, last - first < 1000 else { return [] }
    return (0...Int(last - first)).map { (first + Double($0)) * step }
  }
}

/// Numbers as text, without locale and without Foundation.
enum PlotNumber {
  /// A number with a fixed count of decimals.
  static func fixed(_ value: Double, _ decimals: Int) -> String {
    let scale = pow(10, Double(decimals))
    guard value.isFinite, abs(value) * scale < 1e18 else { return "–" }
    let units = Int((abs(value) * scale).rounded())
    let sign = value < 0 && units > 0 ? "−" : ""
    guard decimals > 0 else { return "\(sign)\(units)" }
    let divisor = Int(scale)
    let fraction = String(units % divisor)
    let zeros = String(repeating: "0", count: decimals - fraction.count)
    return "\(sign)\(units / divisor).\(zeros)\(fraction)"
  }

  /// A coordinate on the page, to a tenth of a pixel, with an ASCII minus.
  static func coordinate(_ value: Double) -> String {
    let tenths = Int((max(-1e6, min(1e6, value.isFinite ? value : 0)) * 10).rounded())
    let size = abs(tenths)
    let text = size % 10 == 0 ? "\(size / 10)" : "\(size / 10).\(size % 10)"
    return tenths < 0 ? "-" + text : text
  }

  /// An integer in superscript digits.
  static func superscript(_ value: Int) -> String {
    let digits = Array("⁰¹²³⁴⁵⁶⁷⁸⁹")
    return (value < 0 ? "⁻" : "") + String(abs(value)).compactMap { $0.wholeNumberValue.map { digits[$0] } }
  }

  /// Decimals needed to tell ticks of this step apart.
  static func decimals(step: Double) -> Int {
    guard step > 0, step.isFinite else { return 0 }
    return max(0, min(6, Int((-log10(step) - 1e-9).rounded(.up))))
  }
}
