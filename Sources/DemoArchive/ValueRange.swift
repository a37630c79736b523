/// A range of numbers that may be open at either end.
struct ValueRange: Sendable, Equatable {
  /// Lower end, −∞ where open.
  let low: Double
  /// Upper end, +∞ where open.
  let high: Double

  /// Whether two ranges have a point in common.
  func overlaps(_ from: Double, _ to: Double) -> Bool { from <= high && to >= low }

  /// Reads a range list of SSA (1.1, §8.7.2): `a/b`, `a/`, `/b` or `a`, several separated by commas, perhaps with a
  /// qualifier after `;`, which is left out.
  static func list(
    _ text: String, parameter: String, value: (Substring) throws(RequestError) -> ValueRange
  ) throws(RequestError) -> [ValueRange] {
    var ranges: [ValueRange] = []
    let bare = text.split(separator: ";", omittingEmptySubsequences: false)[0]
    for item in bare.split(separator: ",", omittingEmptySubsequences: false) {
      let ends = item.split(separator: "/", omittingEmptySubsequences: false)
      switch ends.count {
      case 1:
        ranges.append(try value(ends[0]))
      case 2 where !(ends[0].isEmpty && ends[1].isEmpty):
        let low = ends[0].isEmpty ? -Double.infinity : try value(ends[0]).low
        let high = ends[1].isEmpty ? Double.infinity : try value(ends[1]).high
        ranges.append(ValueRange(low: low, high: high))
      default:
        throw RequestError(parameter, "'\(item)' is not a range")
      }
    }
    return ranges
  }

  /// A finite number as a range of one point.
  static func number(_ text: Substring, parameter: String) throws(RequestError) -> ValueRange {
    guard let number = Double(String(text)), number.isFinite else {
      throw RequestError(parameter, "'\(text)' is not a number")
    }
    return ValueRange(low: number, high: number)
  }
}
