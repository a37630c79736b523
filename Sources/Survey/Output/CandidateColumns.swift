import Foundation
import Tables

/// Columns of candidates, as the tables of spectra and of objects have them.
struct CandidateColumns {
  let classSet: ClassSet
  /// Address of the links service, by collection.
  let dataLinks: [String: String]
  /// Published lists that candidates were held against; empty for none.
  let lists: [String]

  /// ID of the column of publisher DIDs, to which service descriptors refer.
  static let didColumn = "pub_did"

  /// Who it is, where it is, and where its spectrum is.
  func identity(_ candidates: [Candidate]) -> [Column] {
    let did = Field.text(
      "pub_did", ucd: "meta.ref.ivoid", utype: "ssa:Curation.PublisherDID", id: Self.didColumn,
      description: "Publisher DID")
    return [
      text("designation", "meta.id;meta.main", "Target name, or IAU-style designation", candidates) {
        $0.spectrum.designation
      },
      number("ra", "pos.eq.ra;meta.main", "deg", "Right ascension", candidates, ref: "icrs") {
        $0.spectrum.ra
      },
      number("dec", "pos.eq.dec;meta.main", "deg", "Declination", candidates, ref: "icrs") {
        $0.spectrum.dec
      },
      text("service", "meta.dataset", "Collection the spectrum is from", candidates) {
        $0.spectrum.collection
      },
      Column(did, strings: candidates.map(\.spectrum.did)),
      text(
        "access_url", "meta.ref.url", "Where the spectrum is", candidates, utype: "ssa:Access.Reference"
      ) { $0.spectrum.accessURL ?? "" },
      text(
        "access_format", "meta.code.mime", "Media type behind access_url", candidates,
        utype: "ssa:Access.Format"
      ) { $0.spectrum.accessFormat ?? "" },
      text("datalink_url", "meta.ref.url", "Links document of the spectrum (DataLink)", candidates) {
        dataLink($0)
      },
    ]
  }

  /// What people said, and what is to be expected.
  func judgement(_ candidates: [Candidate]) -> [Column] {
    [
      text("label", "meta.code.class", "Class a person gave it, empty where nobody looked", candidates) {
        $0.said?.label ?? ""
      },
      text("rater", "meta.note", "Who gave it that class", candidates) { $0.said?.rater ?? "" },
      number(
        "expected_precision", "stat.probability", nil,
        "Share of positives to expect among this candidate and all surer ones", candidates
      ) { $0.expectedPrecision },
    ]
  }

  /// What published lists have at the place.
  func knowledge(_ candidates: [Candidate]) -> [Column] {
    guard !lists.isEmpty else { return [] }
    return [
      text(
        "known_in", "meta.bib", "Published lists that have a star here: of \(lists.joined(separator: ", "))",
        candidates
      ) { $0.known.map(\.catalogue).joined(separator: " ") },
      text("known_id", "meta.id.cross", "What the list with the nearest one calls it", candidates) {
        $0.known.first?.name ?? ""
      },
      number("known_sep", "pos.angDistance", "arcsec", "Separation from that one", candidates) {
        $0.known.first?.separation
      },
    ]
  }

  /// Whether it is simulated.
  func simulation(_ candidates: [Candidate]) -> [Column] {
    [
      Column(
        Field(
          name: "simulated", datatype: .boolean, ucd: "meta.code",
          description: "Whether the spectrum is simulated"),
        booleans: candidates.map(\.isSimulated))
    ]
  }

  /// Address of the links document of a candidate; empty where its archive has none.
  func dataLink(_ candidate: Candidate) -> String {
    guard let base = dataLinks[candidate.spectrum.collection] else { return "" }
    var allowed = CharacterSet.alphanumerics
    allowed.insert(charactersIn: "-._~")
    let did = candidate.spectrum.did.addingPercentEncoding(withAllowedCharacters: allowed) ?? ""
    return base + (base.contains("?") ? "&" : "?") + "ID=" + did
  }

  func text(
    _ name: String, _ ucd: String, _ what: String, _ candidates: [Candidate], utype: String? = nil,
    _ value: (Candidate) -> String
  ) -> Column {
    Column(.text(name, ucd: ucd, utype: utype, description: what), strings: candidates.map(value))
  }

  func number(
    _ name: String, _ ucd: String, _ unit: String?, _ what: String, _ candidates: [Candidate],
    ref: String? = nil, _ value: (Candidate) -> Double?
  ) -> Column {
    Column(
      Field(name: name, unit: unit, ucd: ucd, ref: ref, description: what),
      doubles: candidates.map { value($0) ?? .nan })
  }
}
