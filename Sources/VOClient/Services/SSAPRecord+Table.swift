public import Tables

extension SSAPRecord {
  /// Records as a table with columns of fixed names, units and utypes, whatever the columns of the services were.
  ///
  /// - Parameter records: the rows, from any number of answers.
  public static func table(_ records: [SSAPRecord]) -> Table {
    func text(_ name: String, _ utype: String, _ ucd: String, _ value: (SSAPRecord) -> String?) -> Column {
      Column(.text(name, ucd: ucd, utype: "ssa:" + utype), strings: records.map(value))
    }
    func number(
      _ name: String, _ utype: String, _ ucd: String, unit: String?, ref: String? = nil, xtype: String? = nil,
      _ value: (SSAPRecord) -> Double?
    ) -> Column {
      Column(
        Field(
          name: name, datatype: .double, unit: unit, ucd: ucd, utype: "ssa:" + utype, xtype: xtype, ref: ref),
        doubles: records.map(value))
    }
    let location = "Char.SpatialAxis.Coverage.Location.Value"
    let spectral = "Char.SpectralAxis.Coverage.Bounds."
    return Table(
      columns: [
        text("publisher_did", "Curation.PublisherDID", "meta.ref.ivoid;meta.main", \.publisherDID),
        text("target", "Target.Name", "meta.id;src", \.targetName),
        number("ra", location + ".C1", "pos.eq.ra;meta.main", unit: "deg", ref: "icrs", \.ra),
        number("dec", location + ".C2", "pos.eq.dec;meta.main", unit: "deg", ref: "icrs", \.dec),
        number(
          "mjd", "Char.TimeAxis.Coverage.Location.Value", "time.epoch;obs", unit: "d", xtype: "mjd", \.dateObs
        ),
        number(
          "exposure", "Char.TimeAxis.Coverage.Bounds.Extent", "time.duration;obs.exposure", unit: "s",
          \.exposure),
        number("em_min", spectral + "Start", "em.wl;stat.min", unit: "m", \.spectralStart),
        number("em_max", spectral + "Stop", "em.wl;stat.max", unit: "m", \.spectralEnd),
        number("snr", "Derived.SNR", "stat.snr", unit: nil, \.snr),
        text("format", "Access.Format", "meta.code.mime", \.format),
        Column(
          Field(
            name: "size", datatype: .long, unit: "byte", ucd: "phys.size;meta.file", utype: "ssa:Access.Size"),
          integers: records.map(\.size)),
        text("title", "DataID.Title", "meta.title;meta.dataset", \.title),
        text("target_class", "Target.Class", "src.class", \.targetClass),
        number("redshift", "Target.Redshift", "src.redshift", unit: nil, \.redshift),
        text("flux_calibration", "Char.FluxAxis.Calibration", "meta.code.qual", \.fluxCalibration),
        text("instrument", "DataID.Instrument", "meta.id;instr", \.instrument),
        text("collection", "DataID.Collection", "meta.id", \.collection),
        text("creator_did", "DataID.CreatorDID", "meta.id", \.creatorDID),
        text("modified", "Curation.Date", "time;meta.version", \.modified),
        text("access_url", "Access.Reference", "meta.ref.url", \.accessURL),
        text("preview", "Access.Preview", "meta.ref.url;meta.preview", \.preview),
      ], name: "spectra")
  }
}
