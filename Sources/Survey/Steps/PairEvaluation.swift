import Classifier
import Foundation

/// Stars that two telescopes saw: whether a model gives both spectra the same class, and what tells them apart where not.
public struct PairEvaluation: Sendable, Codable {
  /// One of the two spectra of a star.
  public struct Side: Sendable, Codable {
    /// The file.
    public var file: String
    /// When it was observed, modified Julian date (UTC); nil where not stated.
    public var date: Double?
    /// Probabilities of the classes, the background first.
    public var probabilities: [Float]
    /// Index of the class.
    public var index: Int
    /// Equivalent width of Hα in Å, negative for emission; nil where it cannot be measured.
    public var equivalentWidth: Double?
    /// Signal-to-noise ratio per pixel, measured or as stated; nil where neither.
    public var snr: Double?
  }

  /// A star.
  public struct Pair: Sendable, Codable {
    /// Name of the star, as the first file has it.
    public var object: String?
    /// The two spectra.
    public var sides: [Side]
    /// Whether both have the same class.
    public var agrees: Bool
    /// What differs, as far as it can be measured; empty where the classes agree.
    public var explanation: String
    /// A picture of both as SVG; empty where the classes agree.
    public var picture: String
  }

  /// Names of the classes.
  public var classNames: [String]
  /// The stars, in the order of the files.
  public var pairs: [Pair]
  /// Pairs that could not be used, with the reason.
  public var failed: [String]

  /// Stars with the same class from both telescopes.
  public var agreeing: Int { pairs.count(where: \.agrees) }

  /// Classifies pairs.
  ///
  /// - Parameter names: two files separated by a comma, or files with such a line for each pair
  /// - Throws: `SUR-05` for a list that cannot be read, or no pair that can be used.
  init(
    _ names: [String], model: TrainedModel, preset: FeaturePreset, progress: ProgressHandler
  ) throws(SurveyError) {
    let files = try Self.files(names)
    let extractor = FeatureExtractor(preset)
    classNames = model.record.classNames
    pairs = []
    failed = []
    for (place, pair) in files.enumerated() {
      progress(SurveyProgress(stage: "reading pairs", done: place, total: files.count))
      do {
        let spectra = try pair.map { try SpectrumReader.read(path: $0) }
        let sides = try zip(pair, spectra).map { file, spectrum in
          try Self.side(file, spectrum, model.network, extractor)
        }
        var found = Pair(
          object: spectra[0].metadata.object, sides: sides, agrees: sides[0].index == sides[1].index,
          explanation: "", picture: "")
        if !found.agrees {
          found.explanation = Self.explanation(sides, spectra, classNames)
          var options = SpectrumPlot.Options(width: 720)
          options.preset = preset
          found.picture = SpectrumPlot.svg(
            zip(spectra, sides).map { spectrum, side in
              let share = Double(side.probabilities[side.index]) * 100
              return SpectrumPlot.Item(
                spectrum, title: (side.file as NSString).lastPathComponent,
                note: "\(classNames[side.index]) \(share.formatted(places: 1)) %")
            }, options: options)
        }
        pairs.append(found)
      } catch {
        failed.append("\(pair.joined(separator: ", ")): \(error)")
      }
    }
    if pairs.isEmpty { throw SurveyError(.file, "none of \(files.count) pairs can be used") }
  }

  private static func side(
    _ file: String, _ spectrum: Classifier.Spectrum, _ network: Network, _ extractor: FeatureExtractor
  ) throws -> Side {
    let probabilities = try network.probabilities(of: extractor.vector(of: spectrum), rows: 1)
    let summary = SpectrumSummary(spectrum)
    let index = probabilities.indices.max { probabilities[$0] < probabilities[$1] } ?? 0
    return Side(
      file: file, date: spectrum.metadata.dateObs, probabilities: probabilities, index: index,
      equivalentWidth: summary.equivalentWidth, snr: summary.measuredSNR ?? spectrum.metadata.snr)
  }

  /// What differs between the two: the line itself, the noise, the sureness.
  private static func explanation(
    _ sides: [Side], _ spectra: [Classifier.Spectrum], _ classNames: [String]
  ) -> String {
    var reasons: [String] = []
    if let first = sides[0].equivalentWidth, let second = sides[1].equivalentWidth {
      let difference = abs(first - second)
      let text =
        "EW(Hα) is \(first.formatted(places: 2)) Å in the first and \(second.formatted(places: 2)) Å in the second"
      if (first < 0) != (second < 0) {
        reasons.append(text + ": the line itself changed between absorption and emission")
      } else if difference > 1, difference > 0.3 * max(abs(first), abs(second)) {
        reasons.append(text + ": the line itself differs")
      } else {
        reasons.append(text + ": the line is equally strong")
      }
    }
    if let first = sides[0].date, let second = sides[1].date {
      reasons.append("the observations are \(abs(second - first).formatted(places: 0)) days apart")
    }
    for (side, name) in zip(sides, ["first", "second"]) {
      if let snr = side.snr, snr < 20 {
        reasons.append("the \(name) has S/N \(snr.formatted(places: 0)) only")
      }
      let share = Double(side.probabilities[side.index])
      if share < 0.8 {
        reasons.append(
          "the \(name) is not sure (\(classNames[side.index]) \((share * 100).formatted(places: 0)) %)")
      }
    }
    for (spectrum, name) in zip(spectra, ["first", "second"]) {
      let core = LineCore(spectrum)
      if let dip = core.dip, dip > 0.03 {
        reasons.append(
          "as observed, the \(name) has two peaks with a dip of \((dip * 100).formatted(places: 0)) % between them: whether"
            + " they are told apart depends on the resolution that the vectors are brought to")
      }
      if let rise = core.rise, rise > 0.02 {
        reasons.append(
          "the \(name) has a narrow peak of \((rise * 100).formatted(places: 0)) % of the continuum in the core of its"
            + " absorption: light of a nebula or of the sky, or an emission that hardly fills the line")
      }
    }
    return reasons.joined(separator: "; ") + "."
  }

  /// The files of the pairs.
  ///
  /// A path in a list is taken relative to the list; where there is no such file, its last two parts are.
  static func files(_ names: [String]) throws(SurveyError) -> [[String]] {
    var pairs: [[String]] = []
    for name in names {
      if name.contains(",") {
        pairs.append(name.split(separator: ",", maxSplits: 1).map(String.init))
        continue
      }
      let text = try surveyed(.file, "cannot read the pairs \(name)") {
        try String(contentsOfFile: name, encoding: .utf8)
      }
      let folder = (name as NSString).deletingLastPathComponent
      for line in text.split(whereSeparator: \.isNewline) {
        let parts = line.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
        guard parts.count == 2 else {
          throw SurveyError(
            .file, "\(name): \"\(line.prefix(200))\" is not two files", hint: "one pair a line: FIRST,SECOND")
        }
        pairs.append(
          parts.map { part in
            let whole = part.hasPrefix("/") ? part : (folder.isEmpty ? "." : folder) + "/" + part
            if FileManager.default.fileExists(atPath: whole) { return whole }
            return (folder.isEmpty ? "." : folder) + "/"
              + part.split(separator: "/").suffix(2).joined(separator: "/")
          })
      }
    }
    return pairs
  }
}
