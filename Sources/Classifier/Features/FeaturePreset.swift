/// How a spectrum becomes the vector of numbers that the network sees.
///
/// All presets share the grid: 140 wavelengths from 6519 to 6732 Å in vacuum, evenly spaced by 1.532 Å, which is
/// as many as LAMOST has pixels there. They differ in how a spectrum of higher resolution is degraded to
/// LAMOST's, and in how the flux is scaled.
///
/// Physics comes first in adapting one survey to the other: the same wavelength scale, resolution, sampling and
/// flux range, so that a network trained on one telescope sees what it expects from the other.
public struct FeaturePreset: Sendable, Equatable {
  /// Number of values in a vector.
  public static let count = 140
  /// The wavelengths that the grid spans, in Å, vacuum.
  public static let window = 6519.0...6732.0
  /// Wavelength of each value in Å, vacuum: `numpy.linspace(6519, 6732, 140)`.
  public static let grid: [Double] = (0..<count).map {
    $0 == count - 1
      ? window.upperBound
      : window.lowerBound + Double($0) * ((window.upperBound - window.lowerBound) / Double(count - 1))
  }

  /// How resolution is degraded before resampling.
  public enum Blur: Sendable, Equatable {
    /// Not at all.
    case none
    /// By a Gaussian of this standard deviation in *pixels*, for spectra in air only, as published.
    case pixelsInAir(Double)
    /// To a line profile of this standard deviation in Å, by a Gaussian that makes up the difference to the
    /// instrument's own profile; spectra that are as broad already stay as they are.
    case resolution(Double)
  }

  /// How the flux is scaled, each spectrum by itself.
  public enum Scaling: String, Sendable, Equatable, CaseIterable {
    /// Linearly so that the smallest value is −1 and the largest 1 (Škoda et al. 2020).
    case minMax
    /// To mean 0 and (population) standard deviation 1 (the thesis of 2017).
    case standardise
    /// Not at all: resampled flux.
    case none
  }

  /// What happens where a spectrum ends inside the window.
  public enum Edges: String, Sendable, Equatable {
    /// Its last value is repeated, as `numpy.interp` does; Hα and 10 Å to either side must be there.
    case clamp
    /// It is refused, unless it falls short by no more than a step of the grid.
    case refuse
  }

  /// What happens to pixels that hold no flux.
  public enum Gaps: String, Sendable, Equatable {
    /// A flux of 0 counts as any other; only pixels that are not finite are interpolated.
    case keep
    /// Pixels of flux 0 whose inverse variance is 0, or not known, are interpolated as those that are not finite; a
    /// spectrum that lacks more than a fifth of the window, or more than 5 Å on end within 10 Å of Hα, is refused.
    ///
    /// Pixels that have a flux keep it whatever their inverse variance: LAMOST takes the peaks of strong emission lines
    /// for cosmic rays, and their weight away.
    case bridge
  }

  /// Name under which ``named(_:)`` finds it and by which a model records it.
  public var name: String
  /// How resolution is degraded.
  public var blur: Blur
  /// How the flux is scaled.
  public var scaling: Scaling
  /// What happens at the edges.
  public var edges: Edges
  /// What happens to pixels that hold no flux.
  public var gaps: Gaps

  /// Makes a preset.
  public init(
    name: String, blur: Blur, scaling: Scaling = .minMax, edges: Edges = .refuse, gaps: Gaps = .bridge
  ) {
    self.name = name
    self.blur = blur
    self.scaling = scaling
    self.edges = edges
    self.gaps = gaps
  }

  /// The preprocessing of Škoda, Podsztavek & Tvrdík (2020, A&A 643, A122), to the digit.
  ///
  /// Air to vacuum (VALD), Gaussian of σ = 7 pixels with 57 taps and the edge values extended (Ondřejov
  /// only), linear interpolation with the edge values clamped, min–max to [−1, 1]. Seven pixels are 1.80 Å on
  /// the older detector of Ondřejov and 1.62 Å on the newer.
  public static let skoda2020 = FeaturePreset(
    name: "skoda2020", blur: .pixelsInAir(7), edges: .clamp, gaps: .keep)

  /// The default: as `skoda2020`, with the resolution in Å whatever the instrument and its pixels, and without the
  /// pixels that hold no flux.
  ///
  /// The target, σ = 1.94 Å (R ≈ 1,440 at Hα), is LAMOST's own as measured: blurring Ondřejov spectra
  /// (σ = 0.21 Å) by a further 1.93 Å makes them match LAMOST's of the same stars best (median of 14 published
  /// pairs, which range from 1.2 to 2.7 Å). LAMOST spectra are not blurred.
  public static let standard = FeaturePreset(name: "standard", blur: .resolution(1.94))

  /// All presets that have a name.
  public static let all: [FeaturePreset] = [.standard, .skoda2020]

  /// The preset with this name; a suffix `+standardise` or `+none` changes the scaling.
  /// - Returns: `nil` if there is none.
  public static func named(_ name: String) -> FeaturePreset? {
    let parts = name.split(separator: "+", maxSplits: 1).map(String.init)
    guard var preset = all.first(where: { $0.name == parts.first }) else { return nil }
    if parts.count > 1 {
      guard let scaling = Scaling(rawValue: parts[1]) else { return nil }
      preset = preset.scaled(scaling)
    }
    return preset
  }

  /// The same preset with another scaling, which its name then states.
  public func scaled(_ scaling: Scaling) -> FeaturePreset {
    var other = self
    other.scaling = scaling
    let base = name.split(separator: "+").first.map(String.init) ?? name
    other.name = scaling == .minMax ? base : "\(base)+\(scaling.rawValue)"
    return other
  }
}
