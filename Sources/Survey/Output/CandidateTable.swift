import Foundation
import Tables

/// The columns of a table of candidates.
struct CandidateTable {
  let candidates: [Candidate]
  let classSet: ClassSet
  let matches: [String]
  /// Address of the links service, by collection.
  let dataLinks: [String: String]

  var table: Table {
    var columns = [
      text("designation", "meta.id;meta.main", "Target name, or IAU-style designation") {
        $0.spectrum.designation
      },
      number("ra", "pos.eq.ra;meta.main", "deg", "Right ascension", ref: "icrs") { $0.spectrum.ra },
      number("dec", "pos.eq.dec;meta.main", "deg", "Declination", ref: "icrs") { $0.spectrum.dec },
      text("service", "meta.dataset", "Collection the spectrum is from") { $0.spectrum.collection },
      text("pub_did", "meta.ref.ivoid", "Publisher DID", utype: "ssa:Curation.PublisherDID") {
        $0.spectrum.did
      },
      text("access_url", "meta.ref.url", "Where the spectrum is", utype: "ssa:Access.Reference") {
        $0.spectrum.accessURL ?? ""
      },
      text("access_format", "meta.code.mime", "Media type behind access_url", utype: "ssa:Access.Format") {
        $0.spectrum.accessFormat ?? ""
      },
      text("datalink_url", "meta.ref.url", "Links document of the spectrum (DataLink)") { dataLink($0) },
      number("date_obs", "time.epoch;obs", "d", "Mid-observation, MJD") { $0.dateObs },
      number("snr", "stat.snr", nil, "Signal to noise near Hα") { $0.snr },
      text("class", "meta.code.class", "Class the network gives it") { classSet.names[$0.classIndex] },
    ]
    for (index, name) in classSet.names.enumerated() {
      columns.append(
        number("p_" + name.replacing("-", with: "_"), "stat.probability", nil, "Probability of class \(name)")
        {
          Double($0.probabilities[index])
        })
    }
    columns.append(
      number("entropy", "stat.value", nil, "Entropy of the probabilities, nats: 0 for sure") { $0.entropy })
    for name in matches {
      let stem = "match_" + String(name.map { $0.isLetter || $0.isNumber ? $0 : "_" })
      columns.append(
        text(stem + "_id", "meta.id.cross", "Nearest partner in match \(name)") {
          $0.partners[name]?.label ?? ""
        })
      columns.append(
        number(stem + "_sep", "pos.angDistance", "arcsec", "Separation of that partner") {
          $0.partners[name]?.separation
        })
    }
    columns.append(
      Column(
        Field(
          name: "simulated", datatype: .boolean, ucd: "meta.code",
          description: "Whether the spectrum is simulated"),
        booleans: candidates.map(\.isSimulated)))
    var table = Table(columns: columns)
    table.name = "candidates"
    return table
  }

  private func dataLink(_ candidate: Candidate) -> String {
    guard let base = dataLinks[candidate.spectrum.collection] else { return "" }
    var allowed = CharacterSet.alphanumerics
    allowed.insert(charactersIn: "-._~")
    let did = candidate.spectrum.did.addingPercentEncoding(withAllowedCharacters: allowed) ?? ""
    return base + (base.contains("?") ? "&" : "?") + "ID=" + did
  }

  private func text(
    _ name: String, _ ucd: String, _ what: String, utype: String? = nil, _ value: (Candidate) -> String
  ) -> Column {
    Column(
      .text(name, ucd: ucd, utype: utype, description: what),
      strings: candidates.map(value))
  }

  private func number(
    _ name: String, _ ucd: String, _ unit: String?, _ what: String, ref: String? = nil,
    _ value: (Candidate) -> Double?
  ) -> Column {
    Column(
      Field(name: name, unit: unit, ucd: ucd, ref: ref, description: what),
      doubles: candidates.map { value($0) ?? .nan })
  }
}
