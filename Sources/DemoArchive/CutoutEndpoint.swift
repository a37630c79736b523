import Classifier

/// SODA 1.0, synchronous: a range of wavelengths of one spectrum as a FITS binary table or a VOTable.
struct CutoutEndpoint: Sendable {
  /// The collection.
  let collection: DemoCollection

  /// Answers a request: 422 with text for a bad parameter, 404 for an unknown identifier, 204 for an empty range.
  func answer(_ parameters: Parameters) -> Answer {
    if let name = parameters.others(than: ["ID", "BAND", "FORMAT", "RESPONSEFORMAT", "RUNID"]).first {
      return .text(422, "UsageError: the parameter \(name) is not accepted by this service")
    }
    guard let id = parameters["ID"] else { return .text(422, "UsageError: ID: missing") }
    guard let record = collection.record(publisherDID: id) else {
      return .text(404, "NotFound: no spectrum \(id) here")
    }
    var band: (low: Double, high: Double)?
    if let text = parameters["BAND"] {
      guard let interval = Self.interval(text) else {
        return .text(422, "UsageError: BAND: '\(text)' is not an interval in metres, such as '6.5e-7 6.6e-7'")
      }
      band = interval
    }
    let table = SpectrumTable(collection: collection)
    guard !table.isEmpty(record, band: band) else { return Answer(status: 204) }
    let format = (parameters["FORMAT"] ?? parameters["RESPONSEFORMAT"] ?? SpectrumTable.votableType)
      .lowercased().filter { $0 != " " }
    switch format {
    case "application/fits", "fits":
      return answer(table.fits(record, band: band), type: "application/fits", name: record.name + "_cut.fits")
    case "application/x-votable+xml", "votable", "application/x-votable+xml;serialization=binary2":
      return answer(
        table.votable(record, band: band, binary: true), type: SpectrumTable.votableType,
        name: record.name + "_cut.vot")
    case "application/x-votable+xml;serialization=tabledata":
      return answer(
        table.votable(record, band: band, binary: false), type: SpectrumTable.votableType,
        name: record.name + "_cut.vot")
    default:
      return .text(422, "UsageError: FORMAT: '\(format)' cannot be made here")
    }
  }

  private func answer(_ body: [UInt8], type: String, name: String) -> Answer {
    Answer(
      type: type, headers: [("Content-Disposition", "attachment; filename=\"\(name)\"")], body: body)
  }

  /// Two numbers separated by blanks, `-Inf` and `+Inf` for open ends (DALI 1.1, §3.3.5).
  private static func interval(_ text: String) -> (low: Double, high: Double)? {
    let numbers = text.split(separator: " ").map { Double($0) }
    guard numbers.count == 2, let low = numbers[0], let high = numbers[1], !low.isNaN, !high.isNaN else {
      return nil
    }
    return (low, high)
  }
}
