public import Classifier
import Foundation
public import VOClient

/// Brings the pixels of one spectrum: from the file kept, else from its archive, which is then kept.
///
/// For people who look at spectra: a survey of millions keeps feature vectors only.
public struct SpectrumLoader: Sendable {
  let folder: SurveyFolder
  let preset: FeaturePreset
  let engine: TransferEngine?

  /// Prepares loading.
  ///
  /// - Parameters:
  ///   - preset: of the feature vectors that are kept of what is fetched.
  ///   - engine: what fetches; where nil only files that are kept can be had.
  public init(_ folder: SurveyFolder, preset: FeaturePreset, engine: TransferEngine?) {
    self.folder = folder
    self.preset = preset
    self.engine = engine
  }

  /// The pixels of a spectrum, all there are.
  ///
  /// - Throws: `SUR-07` where no file is kept and nothing may be fetched, `SUR-06` where the archive does not give it,
  ///   `SUR-05` where the file cannot be read.
  /// - Complexity: a file of a few hundred kB is read, or fetched; only one thread waits for it.
  public func spectrum(_ record: SpectrumRecord) async throws(SurveyError) -> Spectrum {
    let collection = try folder.collections(named: [record.collection])[0]
    let options = SpectrumReader.Options(
      assumedScale: collection.service.scale == "vacuum" ? .vacuum : .air)
    if let path = try folder.keptFile(of: record) {
      return try surveyed(.file, "cannot read the file of \(record.did)") {
        try SpectrumReader.read(path: path, options: options)
      }
    }
    guard let engine else {
      throw SurveyError(
        .notReady, "the file of \(record.did) is not kept, and nothing may be fetched",
        hint: "votrawl fetch --keep both")
    }
    var store = DownloadStore(folder: folder, preset: preset, keep: .both)
    store.scale = options.assumedScale
    let source = SpectrumSource(
      engine: engine, descriptors: try store.descriptors(collection: collection.id), form: .file,
      window: folder.configuration.window, scale: options.assumedScale)
    return try await surveyed(.service, "cannot fetch \(record.did)") { [store] in
      let answer = Shared<Result<Spectrum, any Error>?>(nil)
      try await source.fetch([record]) { record, reply in
        guard case .bytes(let bytes) = reply.answer else {
          let reason = SurveyError(.service, Self.reason(reply.answer, record))
          return answer.withLock { $0 = .failure(reason) }
        }
        // What is no spectrum is not kept either, and says why.
        let fetched = Result<Spectrum, any Error> {
          try SpectrumReader.read(bytes: bytes, name: record.did, options: options)
        }
        answer.withLock { $0 = fetched }
        if case .success = fetched { try store.keep([try store.examine(record, reply)]) }
      }
      guard let fetched = answer.withLock({ $0 }) else {
        throw SurveyError(.service, "\(record.did) was not answered for")
      }
      return try fetched.get()
    }
  }

  private static func reason(_ answer: SpectrumSource.Answer, _ record: SpectrumRecord) -> String {
    switch answer {
    case .refused(let problem), .failed(let problem): problem
    case .empty, .bytes: "the archive has nothing for \(record.did)"
    }
  }
}
