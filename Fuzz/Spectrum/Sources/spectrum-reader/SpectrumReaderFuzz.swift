import Classifier

/// Reads any bytes as a spectrum and does with it what a survey would; no input may crash or hang this.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzSpectrumReader(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  if let spectrum = try? SpectrumReader.read(bytes: bytes, options: .features) {
    for preset in FeaturePreset.all { _ = try? FeatureExtractor(preset).vector(of: spectrum) }
    _ = SpectrumPlot.svg(spectrum)
  }
  if let spectrum = try? SpectrumReader.read(bytes: bytes) { _ = SpectrumSummary(spectrum).text }
  return 0
}
