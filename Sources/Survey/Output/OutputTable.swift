import Foundation
import Tables

/// Writes the survey's tables: ICRS coordinates declared, provenance in every file.
enum OutputTable {
  /// Writes a table under a name that decides its format: `.vot`, `.fits`, `.csv`, `.json`.
  ///
  /// - Parameters:
  ///   - infos: provenance, name and value, beside the program's version and the command that was typed.
  ///   - description: of the file as a whole.
  ///   - services: resources that stand beside the results.
  static func write(
    _ table: Table, to path: String, infos: [(String, String)], description: String? = nil,
    services: [Resource] = []
  ) throws(SurveyError) {
    let all = [("votrawl.version", Provenance.version), ("votrawl.command", Provenance.command)] + infos
    let document = VOTableDocument(
      resources: [
        Resource(
          type: "results", infos: all.map { Info(name: $0.0, value: $0.1) },
          coosys: [CoordinateSystem(id: "icrs", system: "ICRS")], tables: [table])
      ] + services, description: description)
    try surveyed(.file, "cannot write \(path)") { try TableFile.write(document, path: path) }
  }
}

/// Who made a file, with what: goes into every file the program writes.
public enum Provenance {
  /// Version of the program.
  public static let version = ProjectVersion.current
  /// The command line as typed, the program's folder left out.
  public static let command: String = {
    var words = CommandLine.arguments
    if let program = words.first { words[0] = (program as NSString).lastPathComponent }
    return words.map { $0.contains { " \"'$&|;<>()*?".contains($0) } ? "'\($0)'" : $0 }.joined(separator: " ")
  }()
}
