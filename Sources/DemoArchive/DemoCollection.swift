import Classifier
import Crossmatch

/// One of the two collections: its spectra, found by position, by name and by identifier.
struct DemoCollection: Sendable {
  /// The spectra.
  let survey: SimulatedSurvey
  /// All records, by index.
  let records: [SimulatedRecord]
  private let sky: SkyIndex

  /// Prepares the records of a survey; about a second of one core for 30,000 spectra.
  init(_ survey: SimulatedSurvey) async {
    self.survey = survey
    let chunk = 1000
    let parts = await withTaskGroup(of: (Int, [SimulatedRecord]).self) { group in
      for start in stride(from: 0, to: survey.count, by: chunk) {
        group.addTask {
          (start, (start..<min(start + chunk, survey.count)).map { survey.record($0) })
        }
      }
      var parts: [(Int, [SimulatedRecord])] = []
      for await part in group { parts.append(part) }
      return parts
    }
    let records = parts.sorted { $0.0 < $1.0 }.flatMap(\.1)
    self.records = records
    sky = SkyIndex(ra: records.map(\.ra), dec: records.map(\.dec))
  }

  /// First part of the path: `ondrejov` or `lamost`.
  var path: String { survey.kind.rawValue }

  /// Publisher dataset identifier of a spectrum; the one of LAMOST has a `?`, as those of DaCHS often have.
  func publisherDID(_ record: SimulatedRecord) -> String { prefix + record.name }

  /// The spectrum with a publisher dataset identifier.
  func record(publisherDID: String) -> SimulatedRecord? {
    guard publisherDID.hasPrefix(prefix) else { return nil }
    return record(name: String(publisherDID.dropFirst(prefix.count)))
  }

  /// The spectrum with a name.
  func record(name: String) -> SimulatedRecord? {
    survey.index(ofName: name).map { records[$0] }
  }

  /// Numbers of the spectra in a cone (degrees), in order.
  func cone(ra: Double, dec: Double, radius: Double) -> [Int] {
    sky.cone(ra: ra, dec: dec, radius: radius).map { Int($0.row) }.sorted()
  }

  private var prefix: String {
    survey.kind == .ondrejov ? "ivo://votrawl.invalid/demo/ondrejov/" : "ivo://votrawl.invalid/~?lamost/"
  }
}
