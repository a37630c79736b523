import Classifier
import Tables

/// The descriptors of DataLink and SODA that stand beside the results (DataLink 1.1, §4).
struct ServiceDescriptors: Sendable {
  /// The collection.
  let collection: DemoCollection
  /// Base URL of the archive.
  let base: String

  /// How to ask for the links of a row.
  var links: Resource {
    Resource(
      name: "links", type: "meta", utype: "adhoc:service", description: "Links of each spectrum",
      parameters: [
        parameter("standardID", "ivo://ivoa.net/std/DataLink#links-1.1"),
        parameter("accessURL", base + "/" + collection.path + "/links"),
      ],
      groups: [
        Group(
          name: "inputParams",
          parameters: [
            Parameter(field: .text("ID", ucd: "meta.id;meta.main", ref: "ssa_pubDID"), value: "")
          ])
      ])
  }

  /// How to ask for a cut-out: of the spectrum of a row, or of the one with the given identifier.
  func cutout(id: String, identifier: String?, record: SimulatedRecord?) -> Resource {
    let source = Parameter(
      field: .text(
        "ID", ucd: "meta.id;meta.main", ref: identifier == nil ? "ssa_pubDID" : nil,
        description: "Publisher dataset identifier"), value: identifier ?? "")
    var band = Field(
      name: "BAND", datatype: .double, arraysize: .fixed(2), unit: "m", ucd: "em.wl;stat.interval",
      xtype: "interval",
      description: "Wavelengths of the cut-out")
    if let record {
      band.values = Values(
        minimum: .init(String(record.firstWavelength * 1e-10)),
        maximum: .init(String(record.lastWavelength * 1e-10)))
    }
    var format = Field.text(
      "FORMAT", ucd: "meta.code.mime", utype: "ssa:Access.Format", description: "Media type of the result")
    format.values = Values(options: [
      .init("application/fits", name: "FITS binary table"),
      .init("application/x-votable+xml", name: "VOTable"),
    ])
    return Resource(
      name: "proc_svc", id: id, type: "meta", utype: "adhoc:service",
      description: "Cut out a range of wavelengths",
      parameters: [
        parameter("standardID", "ivo://ivoa.net/std/SODA#sync-1.0"),
        parameter("accessURL", base + "/" + collection.path + "/cutout"),
      ],
      groups: [
        Group(
          name: "inputParams",
          parameters: [source, Parameter(field: band, value: ""), Parameter(field: format, value: "")])
      ])
  }

  private func parameter(_ name: String, _ value: String) -> Parameter {
    Parameter(field: .text(name), value: value)
  }
}
