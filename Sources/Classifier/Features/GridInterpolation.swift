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
    let end = wavelength.count - 2
    var left = firstInterval(grid[0], wavelength)
    for index in 0..<grid.count {
      let x = grid[index]
      while left < end, wavelength[left &+ 1] <= x { left &+= 1 }
      let x0 = wavelength[left]
      let (y0, y1) = values(left)
      let share = (x - x0) / (wavelength[left &+ 1] - x0)
      // Outside of the spectrum the share is below 0 or above 1.
      output[index] = share <= 0 ? y0 : share >= 1 ? y1 : y0 + share * (y1 - y0)
    }
  }

  /// The interval between two pixels that holds a place, or the first or last one.
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
