import Foundation
import Testing

@testable import Survey

/// Where settings come from.
@Suite struct SettingsTests {
  /// A folder with a survey.toml and a user's file.
  private func files(survey: String, user: String) throws -> (
    survey: String, user: String, folder: TemporaryFolder
  ) {
    let folder = try TemporaryFolder()
    let paths = (folder.path + "/survey.toml", folder.path + "/config.toml")
    try survey.write(toFile: paths.0, atomically: true, encoding: .utf8)
    try user.write(toFile: paths.1, atomically: true, encoding: .utf8)
    return (paths.0, paths.1, folder)
  }

  @Test func theFirstOfFlagVariableSurveyUserAndDefaultDecides() throws {
    let network = { (retries: Int) in "[network]\nretries = \(retries)\n" }
    let files = try files(survey: "name = \"s\"\n" + network(3), user: network(2))
    func retries(
      flags: [SettingKey: (flag: String, value: String)] = [:], environment: [String: String] = [:],
      survey: Bool = true, user: Bool = true
    ) throws -> Settings.Setting? {
      try Settings(
        flags: flags, environment: environment, surveyFile: survey ? files.survey : nil,
        userFile: user ? files.user : files.folder.path + "/none.toml"
      ).setting(.retries)
    }
    let flag = try retries(flags: [.retries: ("--retries", "5")], environment: ["VOTRAWL_RETRIES": "4"])
    #expect(flag?.value == "5" && flag?.origin == .flag && flag?.place == "--retries")
    let variable = try retries(environment: ["VOTRAWL_RETRIES": "7"])
    #expect(
      variable?.value == "7" && variable?.origin == .environment && variable?.place == "VOTRAWL_RETRIES")
    let survey = try retries()
    #expect(survey?.value == "3" && survey?.origin == .survey && survey?.place == files.survey)
    let user = try retries(survey: false)
    #expect(user?.value == "2" && user?.origin == .user && user?.place == files.user)
    let standard = try retries(survey: false, user: false)
    #expect(standard?.value == "4" && standard?.origin == .default && standard?.place == nil)
  }

  @Test(arguments: [
    "[network]\nretrys = 3\n", "colour = \"red\"\n", "[network]\nconnections = 0\n",
    "window = [7000.0, 6000.0]\n",
    "[network]\noffline = \"perhaps\"\n", "[network]\nregistry = \"dc.g-vo.org\"\n", "seed = -1\n",
    "[network\n",
  ])
  func aUsersFileThatIsWrongIsNamedWithItsFault(_ text: String) throws {
    let files = try files(survey: "name = \"s\"\n", user: text)
    let error = #expect(throws: SurveyError.self) { try Settings(environment: [:], userFile: files.user) }
    #expect(error?.code == .configuration && error?.message.contains("config.toml") == true)
  }

  @Test func aSurveyTakesWhatItsFileLeavesOutFromTheUserAndIsOverriddenByVariables() throws {
    let files = try files(survey: "name = \"s\"\nseed = 5\n", user: "preset = \"skoda2020\"\nseed = 9\n")
    let base = try SurveyConfiguration(
      toml: String(contentsOfFile: files.survey, encoding: .utf8), path: files.survey)
    let usual = base.with(try Settings(environment: [:], surveyFile: files.survey, userFile: files.user))
    #expect(usual.seed == 5 && usual.preset == "skoda2020" && usual.window == [6500, 6750])
    let changed = base.with(
      try Settings(
        environment: ["VOTRAWL_SEED": "11", "VOTRAWL_WINDOW": "6400, 6800"], surveyFile: files.survey,
        userFile: files.user))
    #expect(changed.seed == 11 && changed.window == [6400, 6800])
  }

  @Test func theFilesLieWhereTheDesktopStandardSays() {
    #expect(Settings.userFile(environment: ["HOME": "/h"]) == "/h/.config/votrawl/config.toml")
    #expect(
      Settings.userFile(environment: ["HOME": "/h", "XDG_CONFIG_HOME": "/c"]) == "/c/votrawl/config.toml")
    // A relative path is not allowed there and ignored.
    #expect(Settings.cacheFolder(environment: ["HOME": "/h", "XDG_CACHE_HOME": "c"]) == "/h/.cache/votrawl")
    #expect(Settings.stateFolder(environment: ["XDG_STATE_HOME": "/s"]) == "/s/votrawl")
  }
}
