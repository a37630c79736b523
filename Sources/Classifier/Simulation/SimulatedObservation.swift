/// One simulated observation before it becomes a file: pixels and what the noise made of them.
struct SimulatedObservation: Sendable {
  /// Wavelength of each pixel in Å, air for Ondřejov, vacuum for LAMOST.
  var wavelengths: [Double]
  /// Flux, in counts.
  var flux: [Float]
  /// Inverse variance of the flux; empty for Ondřejov.
  var inverseVariance: [Float] = []
  /// Bits set where a pixel was bad in every exposure; empty for Ondřejov.
  var andMask: [Float] = []
  /// Bits set where a pixel was bad in some exposure; empty for Ondřejov.
  var orMask: [Float] = []
}
