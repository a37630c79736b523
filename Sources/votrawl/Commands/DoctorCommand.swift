import ArgumentParser
import Survey
import VOClient

/// The command `votrawl doctor`.
struct DoctorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract:
      "Look after libraries, processor, settings, disk and services: one report to paste into a bug report.",
    discussion: "Exit codes: 0 all is well; 3 something is not. With --offline no service is asked.")

  @Argument(help: "Services to ask (default: the survey's own, else all that are known by name).")
  var services: [String] = []

  @OptionGroup var surveyOptions: SurveyOptions
  @OptionGroup var global: GlobalOptions

  func run() async throws {
    let console = Console(global)
    try await console.run {
      // A survey or a setting that is wrong is what the report is for: it stands in it.
      var findings: [Doctor.Finding] = []
      var survey: SurveyFolder?
      do throws(SurveyError) {
        survey = try SurveyFolder.ifAny(at: surveyOptions.path)
      } catch {
        findings.append(.survey(error))
      }
      findings = Doctor(survey).examine() + findings
      if !global.offline {
        let entries = try entries(survey)
        findings += await Doctor.examine(entries, engine: try engine(survey))
      }
      var part = ""
      for finding in findings {
        if finding.part != part {
          part = finding.part
          console.say(part)
        }
        let mark = finding.verdict == .bad ? "  ✗ " : finding.verdict == .note ? "  ! " : "    "
        console.say("\(mark)\(finding.what): \(finding.message)")
      }
      try console.result(findings)
      return findings.contains { $0.verdict == .bad } ? .partial : .done
    }
  }

  private func entries(_ survey: SurveyFolder?) throws -> [ServiceEntry] {
    if !services.isEmpty { return try services.map { try ServiceEntry.find($0, in: survey) } }
    if let own = survey?.configuration.service, !own.isEmpty { return own }
    return try ServiceCatalog.builtIn().services
  }

  /// An engine that does not wait long, for a service that is down is an answer too.
  private func engine(_ survey: SurveyFolder?) throws -> TransferEngine {
    var configuration = try Engine.configuration(connections: nil, global, survey: survey)
    configuration.connectTimeout = 8
    configuration.stallTimeout = 15
    configuration.totalTimeout = 20
    configuration.retries = 0
    return TransferEngine(configuration)
  }
}
