public import Foundation

/// The way in which the spectra of a collection are brought where that is left to the program, and what decided.
public struct FetchWay: Sendable, Codable {
  /// What one way cost on the first spectra.
  public struct Measurement: Sendable, Codable {
    /// The way.
    public var form: Fetch.Form
    /// Spectra that came.
    public var spectra = 0
    /// Bytes that came for them, without headers.
    public var bytes = 0
    /// Seconds until they had come, several at a time as in the fetch.
    public var seconds = 0.0
    /// Why this way cannot be gone here, where it cannot.
    public var problem: String?

    /// Spectra a second; 0 where this way cannot be gone.
    public var rate: Double { problem == nil && seconds > 0 ? Double(spectra) / seconds : 0 }

    init(_ form: Fetch.Form) { self.form = form }
  }

  /// Name of the collection.
  public var collection: String
  /// The way that was chosen.
  public var form: Fetch.Form
  /// Why, in words.
  public var reason: String
  /// When it was measured, UTC; nil where there was too little to measure.
  public var measured: Date?
  /// What was measured.
  public var measurements: [Measurement]

  /// By how much a way that costs the archive more must be quicker.
  static let margin = 1.1

  /// Chooses the quickest way; of ways that are as quick the one that costs the archive least.
  init(collection: String, measurements: [Measurement], at date: Date) {
    self.collection = collection
    self.measurements = measurements
    measured = date
    // Whole files cost an archive a millisecond, their parts a few of these, a cut-out thirty.
    let order: [Fetch.Form] = [.file, .ranges, .cutout]
    let usable = order.compactMap { form in measurements.first { $0.form == form && $0.rate > 0 } }
    var best = usable.first
    for other in usable.dropFirst() where other.rate > (best?.rate ?? 0) * Self.margin {
      // An archive that knows no ranges sends whole files: that those came quicker was chance.
      if other.form == .ranges, let whole = usable.first(where: { $0.form == .file }),
        other.bytes * whole.spectra >= whole.bytes * other.spectra
      {
        continue
      }
      best = other
    }
    form = best?.form ?? .file
    reason =
      best.map { best in
        let others = order.filter { $0 != best.form }.compactMap { form in
          measurements.first { $0.form == form }.map(Self.words)
        }
        return Self.words(best) + (others.isEmpty ? "" : "; " + others.joined(separator: "; "))
      } ?? "no way brought a spectrum; whole files say best what is wrong"
  }

  /// Notes that there was too little to measure.
  init(collection: String, tooFew spectra: Int) {
    self.collection = collection
    form = .file
    reason = "\(spectra) spectra are too few to measure which way is quickest"
    measurements = []
  }

  private static func words(_ measurement: Measurement) -> String {
    let name =
      switch measurement.form {
      case .file: "whole files"
      case .cutout: "cut-outs"
      case .ranges: "byte ranges"
      }
    if let problem = measurement.problem { return "\(name): \(problem)" }
    let rate = measurement.rate
    let size = Double(measurement.bytes) / Double(max(1, measurement.spectra)) / 1000
    return name + String(format: rate < 10 ? " %.1f/s" : " %.0f/s", rate)
      + String(format: " of %.1f kB", size)
  }
}
