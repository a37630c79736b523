import Classifier
import Foundation
import Survey

/// Puts together all that the page needs to draw a spectrum.
struct DeskPainter: Sendable {
  let survey: SurveyFolder
  let loader: SpectrumLoader
  let preset: FeaturePreset

  /// Spectral window whose pixels are sent in full, Å, vacuum: the grid and a little more.
  private static let window = 6500.0...6750.0

  /// The picture of a spectrum.
  ///
  /// Whatever cannot be had is left out, and the picture says why: the network's vector alone can be labelled.
  func picture(of record: SpectrumRecord, neighbours: LabelledNeighbours) async throws -> DeskPicture {
    var picture = DeskPicture(
      id: record.id, collection: record.collection, did: record.did, name: record.designation, ra: record.ra,
      dec: record.dec, dateObs: record.dateObs, snr: record.snr, isSimulated: false)
    picture.links = Self.links(record)
    var vector = try survey.vector(of: record.id, preset: preset.name)
    do {
      let spectrum = try await loader.spectrum(record)
      vector = try add(spectrum, to: &picture) ?? vector
    } catch {
      picture.problem = "\(error)"
    }
    picture.vector = vector.map(Self.short)
    let epochs = try survey.epochs(ofStarOf: record)
    picture.epochs = try epochs.map { epoch in
      Self.companion(epoch, try survey.vector(of: epoch.id, preset: preset.name))
    }
    if let vector {
      picture.neighbours = neighbours.nearest(
        to: vector, excluding: Set([record.id] + epochs.map(\.id)), count: 2
      ).map { found in
        found.map { Self.companion($0.spectrum, $0.vector, distance: $0.distance) }
      }
    }
    return picture
  }

  /// Adds what the pixels say.
  ///
  /// - Returns: the feature vector made of them, or nil where they do not cover the window.
  private func add(_ spectrum: Spectrum, to picture: inout DeskPicture) throws -> [Float]? {
    let summary = SpectrumSummary(spectrum)
    picture.fileScale = spectrum.scale.rawValue
    picture.isSimulated = spectrum.metadata.isSimulated
    picture.snr = spectrum.metadata.snr ?? picture.snr ?? summary.measuredSNR
    picture.dateObs = picture.dateObs ?? spectrum.metadata.dateObs
    picture.instrument = spectrum.metadata.instrument
    picture.type = Self.type(spectrum.metadata)
    picture.equivalentWidth = summary.equivalentWidth.flatMap { $0.isFinite ? $0 : nil }
    picture.equivalentWidthError = summary.equivalentWidthError.flatMap { $0.isFinite ? $0 : nil }
    picture.window = .init(spectrum, spectrum.pixels(inVacuum: Self.window))
    picture.whole = .init(wholeOf: spectrum)
    let extractor = FeatureExtractor(preset)
    guard let vector = try? extractor.vector(of: spectrum), let flux = try? extractor.resampled(spectrum)
    else { return nil }
    picture.scaling = Self.scaling(from: flux, to: vector)
    return vector
  }

  /// The straight line that the preset's scaling was, from two of its points.
  private static func scaling(from flux: [Double], to vector: [Float]) -> DeskPicture.Scaling? {
    guard let low = flux.indices.min(by: { flux[$0] < flux[$1] }),
      let high = flux.indices.max(by: { flux[$0] < flux[$1] }), flux[high] > flux[low]
    else { return nil }
    let slope = Double(vector[high] - vector[low]) / (flux[high] - flux[low])
    return DeskPicture.Scaling(shift: flux[low], slope: slope, start: Double(vector[low]))
  }

  private static func companion(
    _ record: SpectrumRecord, _ vector: [Float]?, distance: Float? = nil
  ) -> DeskPicture.Companion {
    DeskPicture.Companion(
      id: record.id, name: record.designation, collection: record.collection, dateObs: record.dateObs,
      snr: record.snr.map { DeskPicture.Pixels.rounded($0, digits: 3) }, vector: vector.map(short),
      distance: distance.map { DeskPicture.Pixels.rounded(Double($0), digits: 3) })
  }

  private static func short(_ vector: [Float]) -> [Double] {
    vector.map { (Double($0) * 1e4).rounded() / 1e4 }
  }

  private static func type(_ metadata: SpectrumMetadata) -> String? {
    for keyword in ["SUBCLASS", "CLASS", "SRCCLASS"] {
      if let value = metadata.card(keyword), !value.isEmpty, value.lowercased() != "non" { return value }
    }
    return nil
  }

  /// Where more is known of the place in the sky; nothing is asked of these pages until the person opens one.
  private static func links(_ record: SpectrumRecord) -> [DeskPicture.Link] {
    guard let ra = record.ra, let dec = record.dec else { return [] }
    let cone = "\(rounded(ra))%20\(dec < 0 ? "" : "%2B")\(rounded(dec))"
    return [
      .init(
        title: "SIMBAD",
        url:
          "https://simbad.cds.unistra.fr/simbad/sim-coo?Coord=\(cone)&CooFrame=ICRS&Radius=5&Radius.unit=arcsec",
        key: "o"),
      .init(
        title: "Aladin Lite",
        url: "https://aladin.cds.unistra.fr/AladinLite/?target=\(cone)&fov=0.05&survey=P%2FDSS2%2Fcolor",
        key: "O"),
    ]
  }

  private static func rounded(_ degrees: Double) -> String { String(format: "%.6f", degrees) }
}
