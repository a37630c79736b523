// Reads spectra and makes their feature vectors, many times, on one core; prints one line of JSON per stage.
//
//   reading-bench COUNT FILE…
//   PRESET=standard reading-bench COUNT FILE…      another preset than the published one
import Classifier
import Glibc

/// CPU time of this process in seconds.
func cpuSeconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}

/// Runs `body` on all files `rounds` times, three times over, and prints the best rate.
func measure(_ stage: String, _ count: Int, rounds: Int, _ body: (Int) -> Void) {
  for index in 0..<count { body(index) }
  var best = Double.infinity
  for _ in 0..<3 {
    let start = cpuSeconds()
    for _ in 0..<rounds { for index in 0..<count { body(index) } }
    best = min(best, cpuSeconds() - start)
  }
  let rate = Double(rounds * count) / best
  print("{\"program\": \"votrawl\", \"stage\": \"\(stage)\", \"spectra_per_cpu_second\": \(Int(rate))}")
}

let arguments = CommandLine.arguments
guard arguments.count > 2, let wanted = Int(arguments[1]) else {
  print("usage: reading-bench COUNT FILE…")
  exit(2)
}
let paths = Array(arguments.dropFirst(2))
let rounds = max(1, wanted / paths.count)
let extractor = FeatureExtractor(
  getenv("PRESET").flatMap { FeaturePreset.named(String(cString: $0)) } ?? .skoda2020)
var sum: Float = 0

measure("read", paths.count, rounds: rounds) { index in
  if let spectrum = try? SpectrumReader.read(path: paths[index], options: .features) {
    sum += Float(spectrum.flux[spectrum.count / 2])
  }
}
measure("read+features", paths.count, rounds: rounds) { index in
  if let spectrum = try? SpectrumReader.read(path: paths[index], options: .features),
    let vector = try? extractor.vector(of: spectrum)
  {
    sum += vector[70]
  }
}
// Whole spectra in memory, as the peer has them.
let spectra = paths.compactMap { try? SpectrumReader.read(path: $0) }
measure("features", spectra.count, rounds: 10 * rounds) { index in
  if let vector = try? extractor.vector(of: spectra[index]) { sum += vector[70] }
}
if sum.isNaN { print("not a number") }
