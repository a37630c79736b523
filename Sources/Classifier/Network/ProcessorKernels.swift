/// Which kernels the network runs on, on this processor.
public enum ProcessorKernels {
  /// The instruction set in use: `portable`, `avx2` or `avx512`.
  public static var best: String { Kernels.best.name }
  /// All that this processor has.
  public static var available: [String] { Kernels.all.map(\.name) }
  /// Whether it has dot products of bytes, for the first look at many spectra.
  public static var hasByteProducts: Bool { ScreeningKernels.current != nil }
}
