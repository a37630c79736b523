public import Tables

/// Spectra as a table that says which they are and where, and nothing that would sway who is to label them.
public enum SpectraTable {
  /// Designation, position, collection, publisher DID and address of spectra.
  public static func columns(of spectra: [SpectrumRecord]) -> [Column] {
    func text(
      _ name: String, _ ucd: String, _ what: String, utype: String? = nil, _ value: (SpectrumRecord) -> String
    ) -> Column {
      Column(.text(name, ucd: ucd, utype: utype, description: what), strings: spectra.map(value))
    }
    func degrees(_ name: String, _ ucd: String, _ what: String, _ value: (SpectrumRecord) -> Double?)
      -> Column
    {
      Column(
        Field(name: name, unit: "deg", ucd: ucd, ref: "icrs", description: what),
        doubles: spectra.map { value($0) ?? .nan })
    }
    return [
      text("designation", "meta.id;meta.main", "Target name, or IAU-style designation") { $0.designation },
      degrees("ra", "pos.eq.ra;meta.main", "Right ascension") { $0.ra },
      degrees("dec", "pos.eq.dec;meta.main", "Declination") { $0.dec },
      text("collection", "meta.dataset", "Collection") { $0.collection },
      text("pub_did", "meta.ref.ivoid", "Publisher DID", utype: "ssa:Curation.PublisherDID") { $0.did },
      text("access_url", "meta.ref.url", "Where the spectrum is", utype: "ssa:Access.Reference") {
        $0.accessURL ?? ""
      },
    ]
  }

  /// A table whose coordinates are declared, as a VOTable.
  ///
  /// - Throws: ``TableError`` where it cannot be written.
  public static func bytes(of spectra: [SpectrumRecord], name: String) throws(TableError) -> [UInt8] {
    var table = Table(columns: columns(of: spectra))
    table.name = name
    let results = Resource(
      type: "results", coosys: [CoordinateSystem(id: "icrs", system: "ICRS")], tables: [table])
    return try VOTableWriter().bytes(of: VOTableDocument(resources: [results]))
  }
}
