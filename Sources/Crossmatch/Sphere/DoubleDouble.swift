/// A number as the unevaluated sum of two doubles: some 31 decimal digits.
///
/// Error-free transformations of Dekker (1971, Numer. Math. 18, 224) and Knuth; used where a double cannot decide.
struct DoubleDouble {
  var high: Double
  var low: Double

  init(_ high: Double, _ low: Double = 0) {
    self.high = high
    self.low = low
  }

  /// π/180.
  static let radiansPerDegree = DoubleDouble(0.017453292519943295, 2.9486522708701687e-19)

  /// The exact sum of two doubles.
  static func sum(_ a: Double, _ b: Double) -> DoubleDouble {
    let s = a + b
    let t = s - a
    return DoubleDouble(s, (a - (s - t)) + (b - t))
  }

  /// The exact product of two doubles, for factors below 2⁹⁷⁰.
  static func product(_ a: Double, _ b: Double) -> DoubleDouble {
    let p = a * b
    let (a1, a2) = split(a)
    let (b1, b2) = split(b)
    return DoubleDouble(p, ((a1 * b1 - p) + a1 * b2 + a2 * b1) + a2 * b2)
  }

  private static func split(_ a: Double) -> (Double, Double) {
    let t = 134_217_729 * a
    let high = t - (t - a)
    return (high, a - high)
  }

  static prefix func - (x: Self) -> Self { Self(-x.high, -x.low) }

  static func + (x: Self, y: Self) -> Self {
    let s = sum(x.high, y.high)
    let t = sum(x.low, y.low)
    let u = sum(s.high, s.low + t.high)
    return sum(u.high, u.low + t.low)
  }

  static func - (x: Self, y: Self) -> Self { x + -y }

  static func * (x: Self, y: Self) -> Self {
    let p = product(x.high, y.high)
    return sum(p.high, p.low + (x.high * y.low + x.low * y.high))
  }

  static func / (x: Self, y: Double) -> Self {
    let q = x.high / y
    let rest = x - product(q, y)
    return sum(q, (rest.high + rest.low) / y)
  }

  static func < (x: Self, y: Self) -> Bool { x.high < y.high || (x.high == y.high && x.low < y.low) }

  var magnitude: Self { high < 0 ? -self : self }

  /// Sine of an angle in degrees, 0…90.
  static func sin(degrees x: Self) -> Self {
    x.high > 45 ? cosSeries((Self(90) - x) * radiansPerDegree) : sinSeries(x * radiansPerDegree)
  }

  /// Cosine of an angle in degrees, −90…90.
  static func cos(degrees x: Self) -> Self {
    let a = x.magnitude
    return a.high > 45 ? sinSeries((Self(90) - a) * radiansPerDegree) : cosSeries(a * radiansPerDegree)
  }

  /// Taylor series, |x| ≤ π/4: the next term is below 10⁻³³.
  private static func sinSeries(_ x: Self) -> Self {
    let square = x * x
    var sum = Self(1)
    for k in stride(from: 28.0, through: 2, by: -2) { sum = Self(1) - square * sum / (k * (k + 1)) }
    return x * sum
  }

  private static func cosSeries(_ x: Self) -> Self {
    let square = x * x
    var sum = Self(1)
    for k in stride(from: 27.0, through: 1, by: -2) { sum = Self(1) - square * sum / (k * (k + 1)) }
    return sum
  }
}

extension DoubleDouble {
  /// The haversine of the separation of two positions in degrees.
  static func haversine(_ ra1: Double, _ dec1: Double, _ ra2: Double, _ dec2: Double) -> Self {
    var da = sum(ra1, -ra2).magnitude
    for _ in 0..<3 where da.high > 180 { da = (Self(360) - da).magnitude }
    let sd = sin(degrees: sum(dec1, -dec2).magnitude / 2)
    let sa = sin(degrees: da / 2)
    return sd * sd + cos(degrees: Self(dec1)) * cos(degrees: Self(dec2)) * (sa * sa)
  }

  /// The haversine of an angle in degrees, 0…180.
  static func haversine(ofAngle degrees: Self) -> Self {
    let s = sin(degrees: degrees / 2)
    return s * s
  }

  /// Whether the number equals another to the 29 digits the computations above are good for.
  func isIndistinguishable(from other: Self) -> Bool {
    let difference = (self - other).magnitude
    return difference.high <= 1e-29 * Swift.max(high, other.high)
  }
}
