import Classifier

/// A row of an SSAP answer: one file of a spectrum.
struct SSAPRow: Sendable {
  /// The spectrum.
  let record: SimulatedRecord
  /// Ending of the file: `fits` or `vot`.
  let ending: String

  /// Media type of the file.
  var mediaType: String { ending == "vot" ? SpectrumTable.votableType : "image/fits" }

  /// The rows of a spectrum: Ondřejov lists each one as VOTable and as FITS, LAMOST as FITS only.
  static func rows(of record: SimulatedRecord, in collection: DemoCollection) -> [SSAPRow] {
    let endings = collection.survey.kind == .ondrejov ? ["vot", "fits"] : ["fits"]
    return endings.map { SSAPRow(record: record, ending: $0) }
  }

  /// Size of the file in bytes, an estimate for the VOTable, as DaCHS's is.
  var size: Int { ending == "vot" ? 3_600 + record.length * 22 : record.fileSize }
}
