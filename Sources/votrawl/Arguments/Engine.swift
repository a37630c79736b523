import Survey
import VOClient

/// Makes the transfer engine of a command.
enum Engine {
  /// An engine with the program's defaults, whatever the user's settings are: for archives in this process.
  ///
  /// - Parameter connections: transfers at a time and host.
  static func make(connections: Int? = nil) -> TransferEngine {
    var configuration = TransferConfiguration()
    if let connections { configuration.perHost = max(1, connections) }
    return TransferEngine(configuration)
  }

  /// An engine with the settings in force.
  ///
  /// - Parameters:
  ///   - connections: transfers at a time and host that the user demands.
  ///   - usual: transfers at a time and host that are usual for the service.
  ///   - global: the flags of the command.
  ///   - survey: the survey whose `survey.toml` counts.
  /// - Throws: `SUR-02` for a setting that is wrong.
  static func make(
    connections: Int?, usual: Int? = nil, _ global: GlobalOptions, survey: SurveyFolder?
  ) throws -> TransferEngine {
    TransferEngine(try configuration(connections: connections, usual: usual, global, survey: survey))
  }

  /// The configuration of such an engine.
  static func configuration(
    connections: Int?, usual: Int? = nil, _ global: GlobalOptions, survey: SurveyFolder?
  ) throws -> TransferConfiguration {
    let settings = try global.settings(survey: survey)
    var configuration = TransferConfiguration()
    let own = settings.setting(.connections)?.origin == .default ? usual : nil
    configuration.perHost =
      connections ?? own ?? settings.number(.connections).map { Int($0) } ?? configuration.perHost
    configuration.total = max(configuration.total, configuration.perHost)
    configuration.retries = settings.number(.retries).map { Int($0) } ?? configuration.retries
    configuration.stallTimeout = settings.number(.stallTimeout) ?? configuration.stallTimeout
    configuration.totalTimeout = settings.number(.totalTimeout) ?? configuration.totalTimeout
    configuration.requestsPerSecond = settings.number(.rate)
    configuration.bytesPerSecond = settings.number(.bandwidth).map { $0 * 1e6 }
    configuration.authentication = try CredentialFile.authentication(path: settings[.credentials])
    configuration.mirrors = (survey?.configuration.service ?? []).flatMap(\.mirrorGroups)
    configuration.userAgent = TransferConfiguration.userAgent(contact: settings[.contact])
    configuration.isOffline = settings.isOn(.offline)
    configuration.cacheFolder = settings[.cache] ?? (configuration.isOffline ? Settings.cacheFolder() : nil)
    return configuration
  }
}

extension GlobalOptions {
  /// The settings in force for a command in a survey, or without one.
  func settings(survey: SurveyFolder?) throws(SurveyError) -> Settings {
    var flags: [SettingKey: (flag: String, value: String)] = [:]
    if offline { flags[.offline] = ("--offline", "true") }
    if noProgress { flags[.noProgress] = ("--no-progress", "true") }
    return try Settings(flags: flags, surveyFile: survey.map { $0.path + "/survey.toml" })
  }
}
