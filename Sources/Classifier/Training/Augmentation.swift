#if canImport(Glibc)
  import Glibc
#endif

/// Makes of a bright, steady spectrum what a survey might have seen of it: shifted, sloping, noisy.
///
/// The telescope one learns from sees bright stars well; the survey one searches in sees faint ones badly. A network that
/// has never seen noise takes it for lines. Each vector is changed anew whenever it is shown, with the seed of the
/// training. A changed vector keeps its least and greatest value, as a vector scaled by these would.
public struct Augmentation: Codable, Hashable, Sendable {
  /// Share of the vectors that are changed, 0…1.
  public var share: Double
  /// Standard deviation of the shift, in values of the vector (1.53 Å, 70 km/s at Hα).
  public var shift: Double
  /// Greatest slope, as a share of the vector's range from its middle to its end.
  public var slope: Double
  /// Least and greatest standard deviation of the noise, as a share of the vector's range; drawn evenly in its logarithm.
  public var noise: ClosedRange<Double>

  /// Makes an augmentation.
  public init(share: Double, shift: Double, slope: Double, noise: ClosedRange<Double>) {
    self.share = share
    self.shift = shift
    self.slope = slope
    self.noise = noise
  }

  /// What LAMOST does to a spectrum as Ondřejov sees it.
  public static let survey = Augmentation(share: 0.8, shift: 0.7, slope: 0.3, noise: 0.005...0.2)

  /// Changes a vector in place; the same draw gives the same change.
  func apply(to vector: UnsafeMutableBufferPointer<Float>, random: inout CounterRandom) {
    guard vector.count > 1, Double(random.uniform()) < share else { return }
    var least = Float.infinity
    var greatest = -Float.infinity
    for value in vector {
      least = min(least, value)
      greatest = max(greatest, value)
    }
    let range = greatest - least
    guard range > 0 else { return }
    move(vector, by: Float(shift * random.normal()))
    let tilt = range * Float(slope * (2 * Double(random.uniform()) - 1))
    let deviation =
      range * Float(noise.lowerBound * pow(noise.upperBound / noise.lowerBound, Double(random.uniform())))
    let middle = Float(vector.count - 1) / 2
    var low = Float.infinity
    var high = -Float.infinity
    for place in vector.indices {
      let value =
        vector[place] + tilt * (Float(place) - middle) / middle + deviation * Float(random.normal())
      vector[place] = value
      low = min(low, value)
      high = max(high, value)
    }
    let scale = range / (high - low)
    for place in vector.indices { vector[place] = least + (vector[place] - low) * scale }
  }

  /// The vectors of a set, changed once: what a training is to be judged by.
  func applied(to set: TrainingSet, seed: UInt64) -> TrainingSet {
    var vectors = set.vectors
    vectors.withUnsafeMutableBufferPointer { values in
      for row in 0..<set.count {
        var random = CounterRandom(seed: seed, .augmentation, -1, row)
        let places = row * set.vectorLength..<(row + 1) * set.vectorLength
        apply(to: UnsafeMutableBufferPointer(rebasing: values[places]), random: &random)
      }
    }
    return TrainingSet(
      of: set, vectors: vectors, labels: set.labels, groups: set.groups, isSimulated: set.isSimulated)
  }

  /// Shifts by linear interpolation; what comes in at an end repeats it.
  private func move(_ vector: UnsafeMutableBufferPointer<Float>, by distance: Float) {
    let whole = distance.rounded(.down)
    let part = distance - whole
    let step = Int(whole)
    let last = vector.count - 1
    let source = Array(vector)
    for place in vector.indices {
      let right = source[min(max(place - step, 0), last)]
      let left = source[min(max(place - step - 1, 0), last)]
      vector[place] = right + (left - right) * part
    }
  }
}
