public import Classifier
import Foundation
import Tables

/// Makes simulated spectra: a table of what they are, and their files.
public struct Simulate: Sendable {
  /// What to make.
  public struct Options: Sendable {
    /// The instrument.
    public var kind = SimulatedSurvey.Kind.lamost
    /// Number of spectra.
    public var count = 1000
    /// Seed.
    public var seed: UInt64 = 1
    /// Share with emission; nil for that of a survey.
    public var emission: Double?
    /// The table; nil for none.
    public var table: String?
    /// The folder of the FITS files; nil for none.
    public var folder: String?

    /// A thousand LAMOST spectra.
    public init() {}
  }

  /// What was made.
  public struct Summary: Sendable, Codable {
    /// Always true.
    public var isSimulated = true
    /// The instrument.
    public var survey: String
    /// Spectra made.
    public var spectra: Int
    /// Feature vectors made of them.
    public var vectors: Int
    /// Stars.
    public var stars: Int
    /// Spectra of each class after the instrument.
    public var classes: [String: Int]
    /// Spectra of each class before the instrument.
    public var intrinsic: [String: Int]
    /// Spectra of each nature.
    public var natures: [String: Int]
    /// Seconds it took.
    public var seconds: Double
  }

  let options: Options

  /// Prepares a simulation.
  public init(_ options: Options) { self.options = options }

  /// Makes every spectrum and its feature vector, on all processors.
  ///
  /// - Throws: `SUR-05` where a file cannot be written, `SUR-10` where the task was cancelled.
  public func run(progress: @escaping ProgressHandler) async throws(SurveyError) -> Summary {
    let options = options
    let start = Date()
    let outcome = await Blocking.run { isCancelled in
      Result { () throws(SurveyError) in
        let survey = SimulatedSurvey(
          kind: options.kind, count: options.count, seed: options.seed, emissionFraction: options.emission,
          sharedFraction: 0)
        if let folder = options.folder {
          try surveyed(.file, "cannot make \(folder)") {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
          }
        }
        var records: [SimulatedRecord] = []
        var vectors = 0
        for first in stride(from: 0, to: options.count, by: 2000) {
          if isCancelled() { throw SurveyError(.interrupted, "the simulation was stopped") }
          let range = first..<min(first + 2000, options.count)
          let made = survey.summaries(range, preset: .standard)
          vectors += made.count(where: \.hasVector)
          records += made.map(\.record)
          if let folder = options.folder {
            for index in range {
              let path = "\(folder)/\(made[index - first].record.name).fits"
              try surveyed(.file, "cannot write \(path)") {
                try Data(survey.fits(index)).write(to: URL(fileURLWithPath: path))
              }
            }
          }
          progress(SurveyProgress(stage: "simulating", done: range.upperBound, total: options.count))
        }
        if let path = options.table {
          let table = SimulatedTable.table(records, kind: options.kind, seed: options.seed)
          try surveyed(.file, "cannot write \(path)") { try TableFile.write(table, path: path) }
        }
        return Summary(
          survey: options.kind.rawValue, spectra: records.count, vectors: vectors,
          stars: Set(records.map(\.star)).count, classes: Self.counts(records.map(\.truth.description)),
          intrinsic: Self.counts(records.map(\.intrinsic.description)),
          natures: Self.counts(records.map(\.nature.rawValue)), seconds: Date().timeIntervalSince(start))
      }
    }
    return try outcome.get()
  }

  private static func counts(_ names: [String]) -> [String: Int] {
    names.reduce(into: [:]) { $0[$1, default: 0] += 1 }
  }
}
