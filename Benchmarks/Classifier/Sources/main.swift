// Speed of the classifier's network, as peers.py measures that of its peers.
//
//     classifier-bench FOLDER [--threads 1] [--seconds 2] [--smote | --candidates | --epochs | --scaling]
//
// With --epochs, 100 epochs of 12,936 spectra at batch 256, which took the authors 219 s on a GTX 980.
//
// With --scaling, how much faster two threads are than one, by turns: the median of seven ratios of the clock, their range.
//
// With --candidates, whether screening in integers finds the 1,000 candidates of full precision: the share of those
// that are the same, in the same place, and of equal classes, and the share of CPU time.
//
// With --smote, SMOTE alone: writes smote.f32 and smote.u8 to FOLDER for smote.py, and prints CPU seconds.
//
// Writes model.votmodel, vectors.f32 and logits.f32 to FOLDER for peers.py, and prints the same columns as
// it: name, what, batch, spectra per CPU second, spectra per second of the clock, a dash where
// peers.py has the largest difference of a logit from ours.

import Classifier
import Foundation

#if canImport(Glibc)
  import Glibc
#endif

/// Seconds of processor time of the whole process, and of the clock.
func now() -> (cpu: Double, clock: Double) {
  func seconds(_ clock: clockid_t) -> Double {
    var time = timespec()
    clock_gettime(clock, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
  return (seconds(CLOCK_PROCESS_CPUTIME_ID), seconds(CLOCK_MONOTONIC))
}

/// Prints a line at once.
func say(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }

func report(_ what: String, _ batch: Int, _ count: Int, _ cpu: Double, _ clock: Double) {
  let rates = [Double(count) / cpu, Double(count) / clock].map { "\(Int($0))" }
  say((["votrawl", what, "\(batch)"] + rates + ["-"]).joined(separator: "\t"))
}

/// The best of three stretches, so that other load on the machine counts little.
func best(_ seconds: Double, _ run: () throws -> Int) rethrows -> (count: Int, cpu: Double, clock: Double) {
  var best = (count: 0, cpu: 1.0, clock: 1.0)
  for _ in 0..<3 {
    let start = now()
    var count = 0
    while now().clock - start.clock < seconds / 3 { count += try run() }
    let end = now()
    let spent = (count, end.cpu - start.cpu, end.clock - start.clock)
    if Double(spent.0) / spent.1 > Double(best.count) / best.cpu { best = spent }
  }
  return best
}

/// Spectra with an absorption, an emission or a double peak at a place that varies, and noise.
func toySet(_ count: Int) throws -> TrainingSet {
  var state: UInt64 = 1
  func uniform() -> Float {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Float(state >> 40) * 0x1p-23 - 1
  }
  var vectors: [Float] = []
  for row in 0..<count {
    let shift = 5 * uniform()
    for pixel in 0..<140 {
      let x = (Float(pixel) - 70 - shift) / 4
      let bell = { (x: Float) in 1 / (1 + x * x) }
      let profile = [-bell(x), bell(x), bell(x - 2) + bell(x + 2) - 1][row % 3]
      vectors.append(profile + 0.3 * uniform())
    }
  }
  return try TrainingSet(
    vectors: vectors, labels: (0..<count).map { $0 % 3 }, groups: Array(0..<count), isSimulated: true)
}

func write(_ values: [Float], to path: String) throws {
  try values.withUnsafeBytes { Data($0) }.write(to: URL(filePath: path))
}

/// The classes of the published set, 6,102 absorption, 5,301 emission and 1,533 double-peak spectra, up to 6,102 each.
func benchmarkSMOTE(_ folder: String, threads: Int) throws {
  let sizes = [6102, 5301, 1533]
  let many = try toySet(3 * 6102)
  let set = many.subset(many.labels.indices.filter { $0 / 3 < sizes[many.labels[$0]] })
  try write(set.vectors, to: folder + "/smote.f32")
  try Data(set.labels.map { UInt8($0) }).write(to: URL(filePath: folder + "/smote.u8"))
  var seconds = [Double]()
  var grown = set
  for _ in 0..<7 {
    let start = now().cpu
    grown = try Balancing.smote(set, seed: 1, threads: threads)
    seconds.append(now().cpu - start)
  }
  seconds.sort()
  say("votrawl\t\(set.count)\t\(grown.count)\t\(seconds[0])\t\(seconds[seconds.count / 2])")
}

/// Screening beside full precision on 40,000 simulated LAMOST spectra, one in twenty with emission; the network has learned
/// from other simulated stars.
func benchmarkCandidates(threads: Int) throws {
  let search = try SimulatedSearch(
    pool: 40_000, prevalence: 0.05, source: 1500, test: 1500, seed: 11, threads: threads)
  let set = try TrainingSet(
    vectors: search.source.vectors + search.test.vectors, labels: search.source.labels + search.test.labels,
    groups: search.source.groups + search.test.stars.map { $0 + 1_000_000 }, isSimulated: true)
  let network = try Trainer(TrainerConfiguration(maximumEpochs: 8), threads: threads).train(set).network
  let (pool, rows) = (search.pool.vectors, search.pool.count)
  let start = now().cpu
  let full = try network.probabilities(of: pool, rows: rows, threads: threads)
  let middle = now().cpu
  var sample: [Float] = []
  for place in 0..<512 {
    let row = place * rows / 512
    sample += pool[row * 140..<(row + 1) * 140]
  }
  let screening = try ScreeningNetwork(network, calibratedOn: sample, rows: 512)
  let found = try screening.probabilities(of: pool, rows: rows, threads: threads)
  let end = now().cpu
  func first(_ values: [Float]) -> [Int] {
    let scores = (0..<rows).map { (values[3 * $0], $0) }
    return scores.sorted { $0 < $1 }.prefix(1000).map { $0.1 }
  }
  func classes(_ values: [Float]) -> [Int] {
    (0..<rows).map { row -> Int in
      let line = Array(values[3 * row..<3 * row + 3])
      return line.indices.max { line[$0] < line[$1] } ?? 0
    }
  }
  let places = zip(first(found.values), first(full)).count { $0 == $1 }
  let same = zip(classes(found.values), classes(full)).count { $0 == $1 }
  say(
    "# candidates: \(places) of the first 1000 the same, \(same) of \(rows) classes; again \(found.rescored)")
  let share = (end - middle) / (middle - start)
  say("# candidates: CPU s \(end - middle) screened, \(middle - start) in full precision, ratio \(share)")
}

func option(_ name: String) -> String? {
  CommandLine.arguments.firstIndex(of: name).flatMap {
    CommandLine.arguments.indices.contains($0 + 1) ? CommandLine.arguments[$0 + 1] : nil
  }
}

let folder = CommandLine.arguments.dropFirst().first ?? "."
let threads = option("--threads").flatMap { Int($0) } ?? 1
let seconds = option("--seconds").flatMap { Double($0) } ?? 2
try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)

if CommandLine.arguments.contains("--smote") {
  try benchmarkSMOTE(folder, threads: threads)
  exit(0)
}

if CommandLine.arguments.contains("--candidates") {
  try benchmarkCandidates(threads: threads)
  exit(0)
}

/// Inference, screening and training with two threads against one, so that both meet the same machine.
func benchmarkScaling() throws {
  let set = try toySet(4096)
  let model = try Trainer(TrainerConfiguration(maximumEpochs: 2, balancing: .none), threads: 2).train(set)
  let screening = try ScreeningNetwork(
    model.network, calibratedOn: Array(set.vectors.prefix(512 * 140)), rows: 512)
  func train(_ epochs: Int, _ threads: Int) throws {
    let configuration = TrainerConfiguration(
      batchSize: 256, maximumEpochs: epochs, monitor: .trainingLoss, minimumDelta: -1e9,
      validationFraction: 0, balancing: .none, calibrates: false, augmentation: nil)
    _ = try Trainer(configuration, threads: threads).train(set)
  }
  let works: [(String, (_ threads: Int) throws -> Void)] = [
    ("fp32 4096", { _ = try model.network.probabilities(of: set.vectors, rows: set.count, threads: $0) }),
    (
      "int8 4096",
      {
        for _ in 0..<2 {
          _ = try screening.probabilities(of: set.vectors, rows: set.count, certainty: -1, threads: $0)
        }
      }
    ),
    ("train 256", { try train(5, $0) }),
  ]
  for (name, work) in works {
    func seconds(_ threads: Int) throws -> Double {
      let start = now().clock
      try work(threads)
      let middle = now().clock
      guard name.hasPrefix("train") else { return middle - start }
      // Four epochs, without first weights and buffers.
      try train(1, threads)
      return 2 * middle - start - now().clock
    }
    // One, two, one: what changes meanwhile counts for both.
    let ratios = try (0..<7).map { _ in
      let (before, two, after) = (try seconds(1), try seconds(2), try seconds(1))
      return (before + after) / 2 / two
    }.sorted()
    say("# \(name): two threads \(ratios[3]) times one (\(ratios[0]) to \(ratios[6]))")
  }
}

if CommandLine.arguments.contains("--scaling") {
  try benchmarkScaling()
  exit(0)
}

if CommandLine.arguments.contains("--epochs") {
  let set = try toySet(12_936)
  let configuration = TrainerConfiguration(
    batchSize: 256, maximumEpochs: 100, monitor: .trainingLoss, minimumDelta: -1e9, validationFraction: 0,
    balancing: .none, calibrates: false, augmentation: nil)
  let start = now()
  _ = try Trainer(configuration, threads: threads).train(set)
  let end = now()
  let (cpu, clock) = (end.cpu - start.cpu, end.clock - start.clock)
  say("# 100 epochs of 12936 on \(threads) threads: \(cpu) CPU s, \(clock) s")
  exit(0)
}

let set = try toySet(4096)
let short = TrainerConfiguration(maximumEpochs: 2, balancing: .none)
let model = try Trainer(short, threads: threads).train(set)
try model.write(to: folder + "/model.votmodel")
try write(set.vectors, to: folder + "/vectors.f32")
try write(
  try model.network.logits(of: set.vectors, rows: set.count, threads: threads), to: folder + "/logits.f32")

for batch in [64, 256, 1024, 4096] {
  let vectors = Array(set.vectors.prefix(batch * 140))
  let spent = try best(seconds) {
    _ = try model.network.probabilities(of: vectors, rows: batch, threads: threads)
    return batch
  }
  report("fp32", batch, spent.count, spent.cpu, spent.clock)
}

// A pool as in a survey, in a batch as in a survey: dips, and one peak in two hundred.
let pool = try toySet(24_576)
let dips = pool.subset(pool.labels.indices.filter { pool.labels[$0] == 0 || $0 % 400 == 1 })
let screening = try ScreeningNetwork(
  model.network, calibratedOn: Array(dips.vectors.prefix(512 * 140)), rows: 512)
for (certainty, what) in [(Float(-1), "int8"), (0.99, "int8+fp32")] {
  var again = 0
  let spent = try best(seconds) {
    again = try screening.probabilities(
      of: dips.vectors, rows: dips.count, certainty: certainty, threads: threads
    ).rescored
    return dips.count
  }
  report(what, dips.count, spent.count, spent.cpu, spent.clock)
  say("# \(again) of \(dips.count) in full precision")
}

let half = set.subset(Array(0..<2048))
for batch in [64, 256] {
  // The time of three epochs less that of one is that of two, without first weights and split.
  func train(_ epochs: Int) throws -> (cpu: Double, clock: Double) {
    let configuration = TrainerConfiguration(
      batchSize: batch, maximumEpochs: epochs, monitor: .trainingLoss, minimumDelta: -1e9,
      validationFraction: 0, balancing: .none, calibrates: false, augmentation: nil)
    let start = now()
    _ = try Trainer(configuration, threads: threads).train(half)
    let end = now()
    return (end.cpu - start.cpu, end.clock - start.clock)
  }
  var (one, three) = (
    (cpu: Double.infinity, clock: Double.infinity), (cpu: Double.infinity, clock: Double.infinity)
  )
  for _ in 0..<2 {
    let (short, long) = (try train(1), try train(3))
    one = (min(one.cpu, short.cpu), min(one.clock, short.clock))
    three = (min(three.cpu, long.cpu), min(three.clock, long.clock))
  }
  report("train", batch, 2 * half.count, three.cpu - one.cpu, three.clock - one.clock)
}
