import Classifier
import Foundation

/// A model on spectra from files, whose classes are not known: ranked, and against the measured width of Hα.
public struct RealEvaluation: Sendable, Codable {
  /// A spectrum.
  public struct Spectrum: Sendable, Codable {
    /// The file.
    public var file: String
    /// Name of the object as the file has it.
    public var object: String?
    /// Probabilities of the classes, the background first.
    public var probabilities: [Float]
    /// Equivalent width of Hα in Å, negative for emission; nil where it cannot be measured.
    public var equivalentWidth: Double?
    /// Number of the star: spectra within the radius of ``StarGroups`` share one.
    public var star: Int
    /// Whether the file says that it was simulated.
    public var isSimulated: Bool
    let ra: Double
    let dec: Double

    init(file: String, _ spectrum: Classifier.Spectrum, probabilities: [Float]) {
      self.file = file
      self.probabilities = probabilities
      object = spectrum.metadata.object
      equivalentWidth = SpectrumSummary(spectrum).equivalentWidth
      isSimulated = spectrum.metadata.isSimulated
      ra = spectrum.metadata.ra ?? .nan
      dec = spectrum.metadata.dec ?? .nan
      star = 0
    }

    private enum CodingKeys: CodingKey {
      case file, object, probabilities, equivalentWidth, star, isSimulated
    }

    /// Reads one from JSON, where positions are not kept.
    public init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: CodingKeys.self)
      file = try values.decode(String.self, forKey: .file)
      object = try values.decodeIfPresent(String.self, forKey: .object)
      probabilities = try values.decode([Float].self, forKey: .probabilities)
      equivalentWidth = try values.decodeIfPresent(Double.self, forKey: .equivalentWidth)
      star = try values.decode(Int.self, forKey: .star)
      isSimulated = try values.decode(Bool.self, forKey: .isSimulated)
      (ra, dec) = (.nan, .nan)
    }

    /// Probability of all but the background.
    public var score: Double { probabilities.dropFirst().reduce(0) { $0 + Double($1) } }
  }

  /// Width of Hα in Å below which a star has clear emission.
  public static let clearEmission = -2.0
  /// Share of the other stars that one with clear emission is to rank above.
  public static let share = 0.97

  /// Ranked, the highest score first.
  public var spectra: [Spectrum]
  /// Files that could not be used, with the reason.
  public var failed: [String]
  /// Spectra that say they were simulated; none of them is in the shares of stars below.
  public var simulated: Int
  /// Stars with a width that could be measured and is below ``clearEmission``, by the median of their spectra.
  public var emissionStars: Int
  /// Stars with a measured width that is not.
  public var otherStars: Int
  /// Stars whose width cannot be measured.
  public var unmeasuredStars: Int
  /// Share of the stars with clear emission above ``share`` of the others, by the mean score of their spectra.
  public var above: Double?
  /// Those with clear emission that rank lower.
  public var missed: [String]

  init(_ rows: [Spectrum], failed: [String]) throws(SurveyError) {
    var rows = rows
    let numbers = try StarGroups.number(ra: rows.map(\.ra), dec: rows.map(\.dec), targets: rows.map(\.object))
    for row in rows.indices { rows[row].star = numbers[row] }
    rows.sort { ($1.score, $0.file) < ($0.score, $1.file) }
    spectra = rows
    self.failed = failed
    simulated = rows.count(where: \.isSimulated)
    var emission: [(score: Double, file: String)] = []
    var others: [Double] = []
    unmeasuredStars = 0
    for (_, star) in Dictionary(grouping: rows.filter { !$0.isSimulated }, by: \.star) {
      let widths = star.compactMap(\.equivalentWidth).sorted()
      let score = star.reduce(0) { $0 + $1.score } / Double(star.count)
      guard !widths.isEmpty else {
        unmeasuredStars += 1
        continue
      }
      let width = (widths[(widths.count - 1) / 2] + widths[widths.count / 2]) / 2
      if width < Self.clearEmission {
        emission.append((score, star.map(\.file).min() ?? ""))
      } else {
        others.append(score)
      }
    }
    emissionStars = emission.count
    otherStars = others.count
    let isAbove = { (score: Double) in
      Double(others.count { $0 < score }) >= Self.share * Double(others.count)
    }
    missed = emission.filter { !isAbove($0.score) }.map(\.file).sorted()
    above =
      emission.isEmpty || others.isEmpty
      ? nil : Double(emission.count - missed.count) / Double(emission.count)
  }

  /// The files named, and all below the folders named whose names end as spectra do.
  static func files(_ paths: [String]) throws(SurveyError) -> [String] {
    var found: [String] = []
    for path in paths {
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
        throw SurveyError(.file, "there is no \(path)")
      }
      if !isFolder.boolValue {
        found.append(path)
        continue
      }
      let inside = FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []
      let endings = [".fits", ".fit", ".fits.gz", ".vot"]
      found += inside.filter { name in endings.contains { name.lowercased().hasSuffix($0) } }
        .sorted().map { path + "/" + $0 }
    }
    return found
  }
}
