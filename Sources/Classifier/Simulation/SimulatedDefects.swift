/// What a detector does to one simulated spectrum beside noise: saturated tops and dead pixels.
///
/// Both are drawn before the spectrum is made, for its record and its class depend on them.
struct SimulatedDefects: Sendable {
  /// Flux beyond which the detector counts no further, in units of the continuum at Hα; nil as a rule.
  private(set) var ceiling: Double?
  /// Pixels that counted nothing.
  private(set) var dead: Range<Int> = 0..<0
  /// Whether the reduction takes the peak of a strong line for a cosmic ray: the flux stays, its weight goes.
  private(set) var isPeakRejected = false
  /// Whether the reduction noticed that the tops are flat, and masked them.
  private(set) var isFlagged = false
  /// What flat-fielding leaves of a flat top: the numbers it is scattered by.
  private var random: SimulationRandom
  /// Numbers of pixels without flux on end, as often as in the windows of 440 LAMOST spectra.
  private static let lengths = [1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 3, 3, 4, 4]
  /// Standard deviation of that scatter, a share of the flux.
  static let scatter: Float = 0.001

  /// Draws the defects of a spectrum.
  ///
  /// - Parameters:
  ///   - index: of the spectrum, in a stream of its own for each instrument
  ///   - isBright: whether the exposure is one that may saturate
  ///   - saturating: share of the bright exposures that do
  ///   - window: pixels around Hα, where dead ones matter
  init(
    seed: UInt64, index: Int, isBright: Bool, saturating: Double, dying: Double, window: Range<Double>
  ) {
    var random = SimulationRandom(seed: seed, .defects, index)
    let (saturates, dies) = (random.chance(saturating), random.chance(dying))
    isFlagged = random.chance(0.6)
    let level = max(random.logNormal(median: 1.4, sigma: 0.5), 0.8)
    if isBright, saturates { ceiling = level }
    let first = Int(random.uniform(window.lowerBound, window.upperBound))
    if dies { dead = first..<(first + Self.lengths[Int(random.uniform(0, Double(Self.lengths.count)))]) }
    self.random = random
    // As in 4 of 8 real LAMOST spectra with clear emission; a stream of its own, so that all else stays as it was.
    var other = SimulationRandom(seed: seed, .defects, index &+ (1 << 50))
    isPeakRejected = other.chance(0.5)
  }

  /// Cuts off what is above the ceiling and empties the dead pixels; `level` is the continuum at Hα.
  ///
  /// - Parameter first: first pixel of the detector that saturates
  /// - Returns: the pixels cut off
  @discardableResult
  func apply(to flux: inout [Float], level: Float, from first: Int = 0) -> [Int] {
    var cut: [Int] = []
    if let ceiling {
      let most = Float(ceiling) * level
      var random = random
      for i in first..<flux.count where flux[i] > most {
        flux[i] = most * (1 + Self.scatter * Float(random.normal()))
        cut.append(i)
      }
    }
    for pixel in dead { flux[pixel] = 0 }
    return cut
  }
}
