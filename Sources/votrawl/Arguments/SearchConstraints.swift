import ArgumentParser
import VOClient

/// What a search may demand of spectra beside their position.
struct SearchConstraints: ParsableArguments {
  @Option(help: "Wavelengths they shall have, vacuum: 6519..6732Angstrom, 650..675nm.")
  var band: BandArgument?

  @Option(help: "Dates of observation, UTC: 2011-10-24..2012-01-31, or MJD55858..55953.")
  var time: TimeArgument?

  @Option(help: "Name of the object, as the archive writes it.")
  var target: String?

  @Option(help: "Publisher's identifier.")
  var did: String?

  @Option(help: "Format of the spectra: fits, votable, or a media type.")
  var spectrumFormat: String?

  @Option(help: "The least signal-to-noise ratio.")
  var minSNR: Double?

  @Option(help: "Name of the collection.")
  var collection: String?

  @Option(help: "Flux calibration: absolute, relative, normalized, uncalibrated.")
  var calibration: String?

  @Option(name: .customLong("param"), help: "A further parameter of SSAP, NAME=VALUE (several times).")
  var parameters: [String] = []

  func validate() throws {
    for parameter in parameters where !parameter.contains("=") {
      throw ValidationError("--param wants NAME=VALUE, not \"\(parameter)\"")
    }
  }

  /// Whether anything is demanded.
  var areAny: Bool {
    band != nil || time != nil || target != nil || did != nil || spectrumFormat != nil || minSNR != nil
      || collection != nil || calibration != nil || !parameters.isEmpty
  }

  /// The constraints as a query without a position.
  var query: SSAPQuery {
    var query = SSAPQuery()
    query.band = band?.metres
    query.time = time?.mjd
    query.targetName = target
    query.publisherDID = did
    query.format = spectrumFormat
    query.minimumSNR = minSNR
    query.collection = collection
    query.fluxCalibration = calibration
    query.extra = parameters.map { parameter in
      let parts = parameter.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      return (String(parts[0]), String(parts[1]))
    }
    return query
  }
}
