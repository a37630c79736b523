/// Linear interpolation of a spectrum on the feature grid, with a blur where one is wanted.
enum GridInterpolation {
  /// The grid in air, for spectra in air.
  ///
  /// To convert 140 places once is cheaper than to convert the pixels of every spectrum. Over one pixel the two
  /// scales are proportional to 1e-9.
  private static let airGrid = FeaturePreset.grid.map(WavelengthScale.airWavelength(vacuum:))

  /// Writes the 140 values: `numpy.interp(grid, wavelength, convolve(flux, kernel))`, end values repeated outside.
  ///
  /// The blurred flux is worked out only where the grid needs it, at two pixels a value.
  /// - Precondition: At least two pixels; `output` has room for 140 values.
  static func interpolate(
    _ spectrum: Spectrum, flux: [Double], _ kernel: GaussianKernel?,
    into output: UnsafeMutableBufferPointer<Double>
  ) {
    let grid = spectrum.scale == .air ? airGrid : FeaturePreset.grid
    spectrum.wavelength.withUnsafeBufferPointer { wavelength in
      flux.withUnsafeBufferPointer { flux in
        grid.withUnsafeBufferPointer { grid in
          if let kernel {
            interpolate(grid, wavelength, output) { kernel.blurred(flux, at: $0) }
          } else {
            interpolate(grid, wavelength, output) { (flux[$0], flux[$0 &+ 1]) }
          }
        }
      }
    }
  }

  @inline(__always)
  private static func interpolate(
    _ grid: UnsafeBufferPointer<Double>, _ wavelength: UnsafeBufferPointer<Double>,
    _ output: UnsafeMutableBufferPointer<Double>, _ values: (Int) -> (Double, Double)
  ) {
    let last = wavelength.count - 1
    // Grid points beyond the ends of the spectrum first, so that the others need no test for them.
    var start = 0
    while start < grid.count, grid[start] <= wavelength[0] {
      output[start] = values(0).0
      start &+= 1
    }
    var end = grid.count
    while end > start, grid[end &- 1] >= wavelength[last] {
      end &-= 1
      output[end] = values(last - 1).1
    }
    guard start < end else { return }
    var left = firstInterval(grid[start], wavelength)
    for index in start..<end {
      let x = grid[index]
      while wavelength[left &+ 1] <= x { left &+= 1 }
      let x0 = wavelength[left]
      let (y0, y1) = values(left)
      output[index] = y0 + (x - x0) / (wavelength[left &+ 1] - x0) * (y1 - y0)
    }
  }

  /// The interval between two pixels that holds a place between the first and the last pixel.
  private static func firstInterval(_ x: Double, _ wavelength: UnsafeBufferPointer<Double>) -> Int {
    var low = 0
    var high = wavelength.count - 2
    while low < high {
      let middle = (low + high + 1) / 2
      if wavelength[middle] <= x { low = middle } else { high = middle - 1 }
    }
    return low
  }
}
