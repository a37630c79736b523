/// Absorption lines that shape the simulated spectra: wavelengths in air, Å.
enum SpectralLineList {
  /// A line: its wavelength, the optical depth at its centre in the type where its group is strongest, and its
  /// standard deviation in Å before rotation.
  struct Line: Sendable {
    let wavelength: Double
    let depth: Double
    let sigma: Double
    let group: SpectralLineGroup
  }

  /// Lines of stars and of the interstellar medium.
  static let lines: [Line] =
    lines(
      .helium, sigma: 0.7,
      [
        (3819.6, 0.4), (4009.3, 0.3), (4026.2, 0.6), (4143.8, 0.3), (4387.9, 0.3), (4471.5, 0.6),
        (4713.1, 0.2), (4921.9, 0.4), (5015.7, 0.3), (5875.6, 0.5), (6678.15, 0.35), (7065.2, 0.3),
      ])
    + lines(.carbon, sigma: 0.3, [(4267.2, 0.4), (6578.05, 0.22), (6582.88, 0.16)])
    + lines(
      .silicon, sigma: 0.2,
      [(4128.1, 0.4), (4130.9, 0.4), (6347.10, 0.45), (6371.37, 0.32), (4481.2, 0.6), (6402.2, 0.08)])
    + lines(
      .ironIons, sigma: 0.16,
      [
        (4233.2, 0.5), (4549.5, 0.5), (4583.8, 0.5), (4923.9, 0.5), (5018.4, 0.6), (5169.0, 0.7),
        (5316.6, 0.6), (6416.9, 0.2), (6432.7, 0.2), (6456.38, 0.45), (6516.05, 0.2),
      ])
    + lines(
      .neutralMetals, sigma: 0.16,
      [
        (6254.3, 0.3), (6265.1, 0.3), (6280.6, 0.2), (6297.8, 0.25), (6301.5, 0.3), (6318.0, 0.3),
        (6322.7, 0.25),
        (6327.6, 0.2), (6335.3, 0.3), (6336.8, 0.3), (6344.1, 0.2), (6355.0, 0.2), (6358.7, 0.3),
        (6380.7, 0.2),
        (6393.60, 0.4), (6400.00, 0.45), (6408.0, 0.3), (6411.65, 0.4), (6419.9, 0.3), (6421.35, 0.35),
        (6430.85, 0.35), (6439.07, 0.5), (6449.81, 0.35), (6455.6, 0.2), (6462.57, 0.5), (6471.66, 0.3),
        (6481.9, 0.2), (6493.78, 0.45), (6494.98, 0.5), (6496.90, 0.3), (6499.65, 0.25), (6518.4, 0.2),
        (6546.24, 0.35), (6569.22, 0.25), (6575.0, 0.15), (6586.3, 0.15), (6592.91, 0.3), (6593.87, 0.28),
        (6609.11, 0.2), (6625.0, 0.1), (6633.7, 0.2), (6643.64, 0.3), (6663.44, 0.25), (6677.99, 0.4),
        (6703.6, 0.12), (6717.68, 0.35), (6726.67, 0.15), (6750.15, 0.2), (6767.77, 0.25), (6772.3, 0.15),
      ])
    + lines(
      .neutralMetals, sigma: 0.8,
      [
        (4226.7, 0.9), (4271.6, 0.4), (4325.8, 0.5), (4383.5, 0.6), (4404.8, 0.4), (4957.6, 0.4),
        (5167.3, 0.7),
        (5172.7, 1.0), (5183.6, 1.1), (5269.5, 0.6), (5328.0, 0.6), (5371.5, 0.4), (5889.95, 0.9),
        (5895.92, 0.8), (6122.2, 0.3), (6162.2, 0.4), (6191.6, 0.3), (8806.8, 0.4),
      ])
    + lines(.neutralMetals, sigma: 8, [(4305, 0.32), (4200, 0.12), (3850, 0.35), (5175, 0.10)])
    // Blanketing by lines too many to list: CN and CH in the violet, MgH beside Mg b.
    + lines(.neutralMetals, sigma: 70, [(3880, 0.22), (4250, 0.10), (4600, 0.04), (5140, 0.13)])
    + lines(
      .calciumIons, sigma: 2.5, [(3933.66, 1.4), (3968.47, 1.2)])
    + lines(.calciumIons, sigma: 0.9, [(8498.0, 0.5), (8542.1, 0.9), (8662.1, 0.8)])
    + lines(
      .interstellar, sigma: 0.5,
      [
        (4430, 0.04), (5780.5, 0.15), (6283.86, 0.12), (6379.3, 0.06), (6613.6, 0.10), (5889.95, 0.5),
        (5895.92, 0.4),
      ])

  /// Wavelengths in air of the Balmer series, Hα first.
  static let balmer = [
    SimulationMath.hAlphaAir, 4861.35, 4340.47, 4101.73, 3970.07, 3889.06, 3835.40, 3797.91, 3770.63, 3750.15,
    3734.37,
  ]

  /// Heads of the TiO bands (and the depth of each); they degrade towards the red.
  static let bandHeads: [(wavelength: Double, depth: Double)] = [
    (4761, 0.35), (4954, 0.5), (5167, 0.5), (5448, 0.4), (5759, 0.2), (5847, 0.3), (6159, 0.45), (6569, 0.10),
    (6651, 0.25), (6681, 0.30), (6714, 0.30), (7054, 0.6), (7126, 0.5), (7589, 0.5), (7666, 0.4),
    (8432, 0.45),
    (8859, 0.3),
  ]

  /// Heads of the bands of carbon stars: wavelength, optical depth, and the length in Å over which they fall off, to the
  /// blue where negative.
  ///
  /// C₂ (Swan) degrades to the violet, CN (red system) to the red; wavelengths as in the tables of Pearse & Gaydon.
  static let carbonHeads: [(wavelength: Double, depth: Double, length: Double)] = [
    (4382.5, 0.6, -60), (4737.1, 1.0, -90), (5165.2, 1.3, -110), (5635.5, 0.9, -110), (6122.1, 0.22, -45),
    (6191.3, 0.30, -45), (6480.5, 0.08, -28), (6533.7, 0.12, -28), (6599.2, 0.14, -28), (6677.3, 0.12, -28),
    (5730, 0.10, 70), (5878, 0.10, 70), (6206, 0.20, 70), (6332, 0.20, 70), (6478, 0.20, 70),
    (6631, 0.18, 70),
    (6925, 0.45, 80), (7088, 0.55, 80), (7259, 0.55, 80), (7437, 0.45, 80), (7872, 0.9, 90), (8067, 0.8, 90),
    (8271, 0.7, 90), (8485, 0.5, 90), (8711, 0.4, 90),
  ]

  /// The doublet of Li I, its middle.
  static let lithium = 6707.84

  /// He I lines and their strength relative to that at 6678 Å, where they are in emission.
  static let helium: [(wavelength: Double, ratio: Double)] = [
    (4471.5, 0.5), (5875.6, 1.2), (6678.15, 1), (7065.2, 0.7),
  ]

  /// Narrow lines of water vapour near Hα, where the Ondřejov spectra show them: wavelength and optical depth.
  static let telluric: [(wavelength: Double, depth: Double)] = [
    (6278.1, 0.14), (6279.9, 0.12), (6281.2, 0.10), (6283.0, 0.09), (6284.8, 0.09), (6287.8, 0.12),
    (6289.4, 0.11),
    (6292.2, 0.11), (6293.0, 0.10), (6295.9, 0.10), (6299.2, 0.08), (6302.0, 0.07), (6306.6, 0.05),
    (6464.6, 0.03),
    (6468.9, 0.03), (6473.0, 0.05), (6476.3, 0.05), (6479.2, 0.04), (6482.9, 0.05), (6486.3, 0.05),
    (6490.8, 0.06),
    (6494.5, 0.05), (6495.9, 0.06), (6502.5, 0.03), (6510.6, 0.05), (6512.2, 0.06), (6514.7, 0.10),
    (6516.5, 0.12),
    (6517.5, 0.08), (6519.5, 0.09), (6523.8, 0.08), (6532.4, 0.11), (6534.0, 0.06), (6536.7, 0.07),
    (6542.3, 0.07),
    (6543.9, 0.12), (6547.7, 0.09), (6548.6, 0.10), (6552.6, 0.11), (6557.2, 0.09), (6558.1, 0.05),
    (6560.6, 0.05),
    (6564.2, 0.09), (6568.8, 0.06), (6572.1, 0.08), (6574.8, 0.09), (6580.8, 0.05), (6586.5, 0.04),
  ]

  /// Telluric bands over the whole range: start, end and depth of the absorption.
  static let telluricBands: [(from: Double, to: Double, depth: Double)] = [
    (6867, 6944, 0.16), (7165, 7340, 0.10), (7594, 7700, 0.35), (8130, 8350, 0.10), (8940, 9100, 0.25),
  ]

  private static func lines(
    _ group: SpectralLineGroup, sigma: Double, _ list: [(wavelength: Double, depth: Double)]
  ) -> [Line] {
    list.map { Line(wavelength: $0.wavelength, depth: $0.depth, sigma: sigma, group: group) }
  }
}
