import Classifier
import DemoArchive
import Foundation
import GRDB
import Testing

@testable import Survey

/// `fetch --as auto`: which way is quickest is measured, said and remembered.
@Suite(.serialized) struct AutoFetchTests {
  private static func measurement(
    _ form: Fetch.Form, _ spectra: Int, _ seconds: Double, problem: String? = nil
  ) -> FetchWay.Measurement {
    var measurement = FetchWay.Measurement(form)
    (measurement.spectra, measurement.seconds, measurement.problem) = (spectra, seconds, problem)
    measurement.bytes = (form == .file ? 1000 : 400) * spectra
    return measurement
  }

  @Test(arguments: [
    ([measurement(.file, 100, 1), measurement(.ranges, 100, 2), measurement(.cutout, 100, 9)], "file"),
    // Not by a tenth quicker: what costs the archive less is taken.
    ([measurement(.file, 100, 1), measurement(.ranges, 105, 1), measurement(.cutout, 109, 1)], "file"),
    ([measurement(.file, 100, 8), measurement(.ranges, 100, 1), measurement(.cutout, 100, 0.95)], "ranges"),
    ([measurement(.file, 100, 60), measurement(.ranges, 100, 30), measurement(.cutout, 100, 3)], "cutout"),
    (
      [
        measurement(.file, 100, 60), measurement(.ranges, 0, 1, problem: "none"),
        measurement(.cutout, 0, 1, problem: "refused"),
      ], "file"
    ),
    ([measurement(.file, 0, 1, problem: "a"), measurement(.cutout, 3, 1)], "cutout"),
    ([measurement(.file, 0, 1, problem: "a"), measurement(.ranges, 0, 1, problem: "b")], "file"),
  ])
  func theQuickestWayIsChosenAndOfEqualsTheCheapestForTheArchive(
    _ measurements: [FetchWay.Measurement], _ form: String
  ) {
    let way = FetchWay(collection: "x", measurements: measurements, at: Date())
    #expect(way.form.rawValue == form, "\(way.reason)")
    for problem in measurements.compactMap(\.problem) where measurements.contains(where: { $0.rate > 0 }) {
      #expect(way.reason.contains(problem))
    }
  }

  @Test func onASlowLineTheWindowIsFetchedAndTheChoiceIsRemembered() async throws {
    try await DemoSurvey.with(ondrejov: 100, lamost: 100, bytesPerSecond: 120_000) { demo in
      try await demo.crawl("lamost")
      let first = try await demo.fetch { ($0.form, $0.limit) = (nil, 30) }
      let way = try #require(first.ways.first)
      #expect(first.kept == 30 && first.ways.count == 1)
      #expect(way.form != .file, "\(way.reason)")
      #expect(way.measurements.map(\.form) == [.file, .ranges, .cutout])
      #expect(way.measurements.allSatisfy { $0.problem == nil && $0.spectra > 0 && $0.bytes > 0 })
      let again = try await demo.fetch { $0.form = nil }
      #expect(again.kept == 70 && again.ways.first?.measured == way.measured)
      #expect(again.ways.first?.form == way.form)
      let forms = try demo.survey.rows { try String.fetchAll($0, sql: "SELECT DISTINCT form FROM download") }
      #expect(forms == [way.form.rawValue], "all spectra of a collection come in one way")
      let status = try Status(of: demo.survey).collections[0]
      #expect(status.way?.reason == way.reason && status.files == 100)
      let anew = try await demo.fetch {
        ($0.form, $0.measuresAnew, $0.again, $0.keep) = (nil, true, true, .both)
      }
      #expect(anew.ways.first?.measured != way.measured)
    }
  }

  @Test func whatAnArchiveCannotDoIsSaidAndNotChosen() async throws {
    var habits = DemoArchiveHabits()
    habits.ignoresRange = true
    try await DemoSurvey.with(ondrejov: 30, lamost: 30, habits: habits, bytesPerSecond: 2e6) { demo in
      try await demo.crawl("ondrejov")
      let summary = try await demo.fetch { $0.form = nil }
      let way = try #require(summary.ways.first)
      #expect(summary.kept == 30 && way.form != .ranges, "\(way.reason)")
    }
  }

  @Test func tooFewSpectraAreFetchedWholeAndNothingIsRemembered() async throws {
    try await DemoSurvey.with(ondrejov: 30, lamost: 30) { demo in
      try await demo.crawl("lamost")
      let summary = try await demo.fetch { ($0.form, $0.limit) = (nil, 5) }
      #expect(summary.kept == 5 && summary.ways.first?.form == .file && summary.ways.first?.measured == nil)
      #expect(try Status(of: demo.survey).collections[0].way == nil)
    }
  }
}
