/// A test of libFuzzer: bytes and their number.
private typealias FuzzTest = @convention(c) (UnsafePointer<UInt8>, Int) -> CInt
private typealias Arguments = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>

@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
  _ count: UnsafeMutablePointer<CInt>, _ arguments: UnsafeMutablePointer<Arguments>, _ test: FuzzTest
) -> CInt

/// The entry point that SwiftPM expects; libFuzzer's own `main` has another name.
@_cdecl("spectrum_reader_main")
public func fuzzMain(_ count: CInt, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> CInt {
  var (count, arguments) = (count, arguments)
  return runDriver(&count, &arguments) { start, size in fuzzSpectrumReader(start, size) }
}
