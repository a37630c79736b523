import Classifier
import DemoArchive
import Foundation
import Survey
import Tables

/// The archive of the demo, left running for a person who takes the steps one by one.
struct DemoServing {
  let folder: String
  let console: Console
  let configuration: DemoArchiveConfiguration

  /// Serves until the task is cancelled.
  ///
  /// Writes `labels.csv` into the folder: the simulated truth of the Ondřejov spectra, as an astronomer would have given it.
  func run() async throws {
    let archive = DemoArchive(configuration: configuration)
    let base = try await archive.start()
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      let survey = configuration.ondrejov
      let records = (0..<survey.count).map { survey.record($0) }
      let table = Table(columns: [
        Column(.text("file", ucd: "meta.file"), strings: records.map { $0.name + ".fits" }),
        Column(.text("label", ucd: "meta.code.class"), strings: records.map(\.truth.description)),
      ])
      try TableFile.write(table, path: folder + "/labels.csv")
    } catch {
      await archive.stop()
      throw error
    }
    console.say(
      """
      An archive of simulated spectra answers until Ctrl-C. In another terminal:

          votrawl init be-stars && cd be-stars
          votrawl crawl ondrejov=\(base)/ondrejov/ssap
          votrawl crawl lamost=\(base)/lamost/ssap
          votrawl match ondrejov lamost --radius 30arcsec
          votrawl fetch ondrejov
          votrawl labels import \(folder)/labels.csv --collection ondrejov
          votrawl train --simulated 6000
          votrawl classify lamost
          votrawl export lamost && topcat candidates.vot
          votrawl learn lamost && votrawl label
      """)
    while (try? await Task.sleep(for: .seconds(3600))) != nil {}
    await archive.stop()
  }
}
