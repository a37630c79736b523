import Foundation

/// Angle between two positions by the haversine formula, all in degrees.
func angle(_ ra1: Double, _ dec1: Double, _ ra2: Double, _ dec2: Double) -> Double {
  let radian = Double.pi / 180
  let a = sin((dec2 - dec1) * radian / 2)
  let b = sin((ra2 - ra1) * radian / 2)
  return 2 * asin(min((a * a + cos(dec1 * radian) * cos(dec2 * radian) * b * b).squareRoot(), 1)) / radian
}

/// Median of some numbers.
func median(_ values: [Double]) -> Double {
  let sorted = values.sorted()
  return sorted.isEmpty ? .nan : sorted[sorted.count / 2]
}
