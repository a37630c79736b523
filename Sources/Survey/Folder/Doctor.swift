import Classifier
import Foundation
import Tables
public import VOClient

/// A report on the machine, the program's libraries, its settings, and the archives: what a bug report should have.
public struct Doctor: Sendable {
  /// How one examination ended.
  public enum Verdict: String, Sendable, Encodable {
    /// All is well.
    case good
    /// Worth knowing.
    case note
    /// Something is wrong.
    case bad
  }

  /// What was examined, and what was found.
  public struct Finding: Sendable, Encodable {
    /// The part: `program`, `libraries`, `processor`, `settings`, `survey`, `disk`, `service`.
    public var part: String
    /// What was looked at.
    public var what: String
    /// How it ended.
    public var verdict: Verdict
    /// What was found.
    public var message: String

    init(_ part: String, _ what: String, _ verdict: Verdict, _ message: String) {
      self.part = part
      self.what = what
      self.verdict = verdict
      self.message = message
    }

    /// That a survey cannot be opened.
    public static func survey(_ error: SurveyError) -> Finding {
      Finding("survey", "survey", .bad, "\(error)")
    }
  }

  private let survey: SurveyFolder?

  /// A doctor for a survey, or for the program alone.
  public init(_ survey: SurveyFolder?) { self.survey = survey }

  /// Looks at everything that is on this machine.
  public func examine() -> [Finding] {
    program + libraries + processor + settings + disk
  }

  private var program: [Finding] {
    let system = (try? String(contentsOfFile: "/etc/os-release", encoding: .utf8))?
      .split(separator: "\n").first { $0.hasPrefix("PRETTY_NAME=") }?
      .dropFirst(12).filter { $0 != "\"" }
    let date = ISO8601DateFormatter.string(
      from: Date(), timeZone: TimeZone(secondsFromGMT: 0) ?? .current, formatOptions: [.withInternetDateTime])
    return [
      Finding("program", "votrawl", .good, Provenance.version),
      Finding(
        "program", "system", .good,
        system.map { String($0) } ?? ProcessInfo.processInfo.operatingSystemVersionString),
      // A clock that is wrong makes certificates fail.
      Finding("program", "clock", .good, date),
    ]
  }

  private var libraries: [Finding] {
    var findings = TableLibraries.versions.map { Finding("libraries", $0.name, .good, $0.version) }
    findings.append(Finding("libraries", "libcurl", .good, TransferEngine.libraryVersion))
    do throws(SurveyError) {
      findings.append(Finding("libraries", "SQLite", .good, try SurveyDatabase.sqliteVersion()))
    } catch {
      findings.append(Finding("libraries", "SQLite", .bad, error.message))
    }
    return findings
  }

  private var processor: [Finding] {
    let count = ProcessInfo.processInfo.activeProcessorCount
    let memory = Self.bytes(Int(ProcessInfo.processInfo.physicalMemory))
    let best = ProcessorKernels.best
    return [
      Finding("processor", "cores", .good, "\(count), \(memory) of memory"),
      Finding(
        "processor", "kernels", best == "portable" ? .note : .good,
        best == "portable" ? "portable: this processor has no AVX2, the network is slow here" : best),
      Finding(
        "processor", "8-bit kernels", ProcessorKernels.hasByteProducts ? .good : .note,
        ProcessorKernels.hasByteProducts
          ? "yes" : "no (VNNI is missing): `classify` looks at every spectrum in full"),
    ]
  }

  private var settings: [Finding] {
    do throws(SurveyError) {
      let settings = try Settings(surveyFile: survey.map { $0.path + "/survey.toml" })
      let changed = settings.all.filter { $0.origin != .default }
      return [
        Finding(
          "settings", "changed", .good,
          changed.isEmpty
            ? "none, all are the program's"
            : changed.map { "\($0.name) = \($0.value ?? "") (\($0.place ?? $0.origin.rawValue))" }
              .joined(separator: ", "))
      ]
    } catch {
      return [Finding("settings", "files", .bad, "\(error)")]
    }
  }

  private var disk: [Finding] {
    var folders = [("here", FileManager.default.currentDirectoryPath)]
    if let survey { folders = [("survey", survey.path)] }
    folders.append(("temporary", FileManager.default.temporaryDirectory.path))
    return folders.map { name, path in
      guard let facts = try? FileManager.default.attributesOfFileSystem(forPath: path),
        let free = (facts[.systemFreeSize] as? NSNumber)?.intValue
      else { return Finding("disk", name, .bad, "cannot tell how much is free at \(path)") }
      let verdict: Verdict = free < 1 << 30 ? .bad : free < 20 << 30 ? .note : .good
      let isWritable = FileManager.default.isWritableFile(atPath: path)
      return Finding(
        "disk", name, isWritable ? verdict : .bad,
        "\(Self.bytes(free)) free at \(path)" + (isWritable ? "" : ", which cannot be written"))
    }
  }

  /// Asks archives whether they are up, all at once.
  ///
  /// - Parameters:
  ///   - entries: the archives.
  ///   - engine: what asks; its time-outs decide how long this takes.
  public static func examine(_ entries: [ServiceEntry], engine: TransferEngine) async -> [Finding] {
    await withTaskGroup(of: (Int, Finding).self) { group in
      for (index, entry) in entries.enumerated() {
        group.addTask { (index, await examine(entry, engine)) }
      }
      var found: [(Int, Finding)] = []
      for await finding in group { found.append(finding) }
      return found.sorted { $0.0 < $1.0 }.map(\.1)
    }
  }

  private static func examine(_ entry: ServiceEntry, _ engine: TransferEngine) async -> Finding {
    var query = SSAPQuery(maxrec: 1)
    query.lowerCaseNames = entry.lowerCase ?? false
    query.extra = (entry.extra ?? [:]).sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    let begun = Date()
    do throws(ServiceError) {
      let answer = try await SSAPService(url: entry.ssap, engine: engine).query(query)
      let time = Int((Date().timeIntervalSince(begun) * 1000).rounded())
      return Finding("service", entry.name, .good, "up, \(time) ms, \(answer.records.count) row for MAXREC=1")
    } catch {
      let first = error.message.split(separator: "\n").first.map(String.init) ?? error.code
      return Finding("service", entry.name, .bad, "\(error.code): \(first)")
    }
  }

  private static func bytes(_ count: Int) -> String {
    let units = ["B", "kB", "MB", "GB", "TB"]
    var value = Double(count)
    var unit = 0
    while value >= 1000, unit + 1 < units.count {
      value /= 1000
      unit += 1
    }
    return (value < 10 ? "\((value * 10).rounded() / 10)" : "\(Int(value.rounded()))") + " " + units[unit]
  }
}
