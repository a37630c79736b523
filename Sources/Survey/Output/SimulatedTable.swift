import Classifier
import Tables

/// What simulated spectra are, as a table.
enum SimulatedTable {
  static func table(_ records: [SimulatedRecord], kind: SimulatedSurvey.Kind, seed: UInt64) -> Table {
    func text(_ name: String, _ ucd: String, _ what: String, _ value: (SimulatedRecord) -> String) -> Column {
      Column(.text(name, ucd: ucd, description: what), strings: records.map(value))
    }
    func number(
      _ name: String, _ unit: String?, _ ucd: String?, _ what: String, _ value: (SimulatedRecord) -> Double
    ) -> Column {
      Column(Field(name: name, unit: unit, ucd: ucd, description: what), doubles: records.map(value))
    }
    var table = Table(columns: [
      text("name", "meta.id;meta.main", "Name of the file, without extension; SIMULATED") { $0.name },
      text("object", "meta.id", "Name of the simulated star") { $0.objectName },
      number("star", nil, "meta.id", "Number of the star") { Double($0.star) },
      number("ra", "deg", "pos.eq.ra;meta.main", "Right ascension, ICRS") { $0.ra },
      number("dec", "deg", "pos.eq.dec;meta.main", "Declination, ICRS") { $0.dec },
      number("mjd", "d", "time.epoch", "Middle of the exposure, UTC") { $0.mjd },
      number("snr", nil, "stat.snr", "Signal-to-noise ratio per pixel near Hα; 0 without light") { $0.snr },
      text("sp_type", "src.spType", "Spectral type") { $0.spectralType },
      text("label", "meta.code.class", "Class of the noise-free profile after the instrument") {
        $0.truth.description
      },
      text("intrinsic", "meta.code.class", "Class of the profile before the instrument") {
        $0.intrinsic.description
      },
      text("nature", "src.class", "What it is physically") { $0.nature.rawValue },
      number("rv", "km/s", "spect.dopplerVeloc", "Radial velocity") { $0.radialVelocity },
      number("vsini", "km/s", "phys.veloc.rotat", "Projected rotation") { $0.rotation },
      number("ew", "Angstrom", "spect.line.eqWidth", "Emission equivalent width of Hα, positive for emission")
      {
        $0.equivalentWidth
      },
      number("separation", "km/s", nil, "Separation of the peaks before broadening; 0 without a disc") {
        $0.peakSeparation
      },
      text("population", "src.class", "Part of the Galaxy: disc or halo") { $0.population.rawValue },
      number(
        "fwhm", "km/s", "spect.line.width", "Full width at half maximum of the emission before the instrument"
      ) {
        $0.lineWidth
      },
      number("veiling", nil, nil, "Share of the continuum that is not the photosphere's") { $0.veiling },
      number("helium", nil, nil, "He I 6678 relative to Hα, above the continuum") { $0.heliumRatio },
      number("ew_lithium", "Angstrom", "spect.line.eqWidth", "Equivalent width of Li I 6708, in absorption") {
        $0.lithiumWidth
      },
      number("carbon", nil, nil, "Strength of C2 and CN, about 1 in a cool carbon star") { $0.carbon },
      number("third_peak", nil, nil, "1 where the disc has a third peak between its two") {
        $0.hasThirdPeak ? 1 : 0
      },
      number(
        "saturation", nil, nil, "Flux beyond which the detector counted no further, continuum 1; empty: none"
      ) {
        $0.saturation ?? .nan
      },
      number("dead_pixels", nil, "meta.number", "Pixels near Hα that counted nothing") {
        Double($0.deadPixels)
      },
      number("sigma", "km/s", nil, "Standard deviation of the instrument's profile at Hα") {
        $0.instrumentSigma
      },
    ])
    table.name = "simulated"
    table.description = "SIMULATED spectra, \(kind.rawValue), seed \(seed): none is an observation"
    return table
  }
}
