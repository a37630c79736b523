import Classifier
import DemoArchive
import Foundation
import Testing
import VOClient

@testable import Survey

/// Secrets come from the user's files, reach the archive, and stand nowhere else.
@Suite(.serialized) struct CredentialTests {
  private static let secret = "hunter2-Geheimnis"

  /// Every text that a program wrote: its words, and all files of its survey.
  private func traces(_ outcomes: [Program.Outcome], _ folder: String) throws -> [(String, Data)] {
    var found = outcomes.enumerated().flatMap { index, outcome in
      [("output \(index)", Data(outcome.output.utf8)), ("errors \(index)", Data(outcome.errors.utf8))]
    }
    for case let name as String in FileManager.default.enumerator(atPath: folder) ?? .init() {
      if let data = FileManager.default.contents(atPath: folder + "/" + name) { found.append((name, data)) }
    }
    return found
  }

  @Test(arguments: ["netrc", "basic", "token"])
  func aSecretReachesTheArchiveAndNoLogErrorOrQuery(_ way: String) async throws {
    let pair = Data("me:\(Self.secret)".utf8).base64EncodedString()
    var habits = DemoArchiveHabits()
    habits.authorization = way == "token" ? "Bearer \(Self.secret)" : "Basic \(pair)"
    let archive = DemoArchive(
      configuration: DemoArchiveConfiguration(
        ondrejov: SimulatedSurvey(kind: .ondrejov, count: 20, seed: 5),
        lamost: SimulatedSurvey(kind: .lamost, count: 20, seed: 5), habits: habits))
    let base = try await archive.start()
    let home = try TemporaryFolder().path
    let survey = try TemporaryFolder().path + "/survey"
    let text =
      switch way {
      case "netrc": "machine 127.0.0.1 login me password \(Self.secret)\n"
      case "basic": "[[host]]\nname = \"127.0.0.1\"\nuser = \"me\"\npassword = \"\(Self.secret)\"\n"
      default: "[[host]]\nname = \"127.0.0.1\"\ntoken = \"\(Self.secret)\"\n"
      }
    let file = home + (way == "netrc" ? "/.netrc" : "/.config/votrawl/credentials.toml")
    try FileManager.default.createDirectory(
      atPath: home + "/.config/votrawl", withIntermediateDirectories: true)
    try Data(text.utf8).write(to: URL(fileURLWithPath: file))
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)

    let service = "lamost=\(base)/lamost/ssap"
    var outcomes: [Program.Outcome] = []
    func votrawl(_ arguments: [String], expect status: Int32, home: String) async throws {
      let outcome = try await Program.run(
        arguments,
        environment: ["HOME": home, "XDG_CONFIG_HOME": home + "/.config", "NETRC": home + "/.netrc"])
      #expect(outcome.status == status, "\(arguments): \(outcome.errors)")
      outcomes.append(outcome)
    }
    try await votrawl(["init", survey], expect: 0, home: home)
    // Without the file the archive wants to know who asks.
    try await votrawl(["search", "\(base)/lamost/ssap", "0,0", "--radius", "90deg"], expect: 2, home: survey)
    try await votrawl(["crawl", service, "--survey", survey, "-v"], expect: 0, home: home)
    try await votrawl(
      ["fetch", "--as", "cutout", "--survey", survey, "-v", "--json"], expect: 0, home: home)
    try await votrawl(["config", "show", "--survey", survey], expect: 0, home: home)
    try await votrawl(["fetch", "--again", "--survey", survey, "-v"], expect: 0, home: home)
    // The archive is gone: errors are said.
    await archive.stop()
    try await votrawl(
      ["crawl", service, "--survey", survey, "--again", "-v"], expect: 2, home: home)
    #expect(try SurveyFolder(at: survey).downloads().count == 20)
    for (name, data) in try traces(outcomes, survey) {
      for secret in [Self.secret, pair] {
        #expect(data.range(of: Data(secret.utf8)) == nil, "\(name)")
      }
    }
  }

  @Test func aFileThatOthersCanReadIsRefusedAndSoIsOneThatSaysNothing() throws {
    let path = try TemporaryFolder().path + "/credentials.toml"
    let good = "[[host]]\nname = \"A.example:8080\"\nlogin = \"https://a.example/l\"\nform = { p = \"q\" }\n"
    for (text, mode, part) in [
      (good, 0o644, "others can read"), ("[[host]]\nname = \"\(Self.secret)", 0o600, "no list of hosts"),
      ("[[host]]\nname = \"a.example\"\npassword = \"\(Self.secret)\"\n", 0o600, "says nothing"),
      (good.replacing("https", with: "file"), 0o600, "no http"),
    ] {
      try Data(text.utf8).write(to: URL(fileURLWithPath: path))
      try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
      let error = #expect(throws: SurveyError.self) { try CredentialFile.authentication(path: path) }
      #expect("\(String(describing: error))".contains(part))
      #expect(!"\(String(describing: error))".contains(Self.secret))
    }
    try Data(good.utf8).write(to: URL(fileURLWithPath: path))
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
    let found = try CredentialFile.authentication(path: path, environment: ["HOME": "/nonexistent"])
    #expect(found.keys.map { $0 } == ["a.example:8080"])
  }

  @Test func aPasswordInAnAddressIsNotTakenIntoASurvey() throws {
    let error = #expect(throws: SurveyError.self) {
      _ = try ServiceEntry.find("x=https://me:\(Self.secret)@a.example/ssap", in: nil)
    }
    #expect(error?.code.rawValue == "SUR-02" && !"\(String(describing: error))".contains(Self.secret))
  }

  @Test func aMirrorIsWhatStandsBeforeTheCommonEnd() {
    var entry = ServiceEntry(name: "x", ssap: "http://a.example/vo/lamost/q/ssa/ssap.xml")
    entry.mirrors = ["https://b.example/copy/lamost/q/ssa/ssap.xml", "http://c.example/ssap"]
    #expect(
      entry.mirrorGroups == [
        ["http://a.example/vo", "https://b.example/copy"],
        ["http://a.example/vo/lamost/q/ssa/ssap.xml", "http://c.example/ssap"],
      ])
  }

  /// The values of the hash's reference implementation (xxhash 4.1 for Python), seed 0.
  @Test(arguments: [
    (0, "ef46db3751d8e999"), (1, "a96c7f0ce858bbb7"), (31, "4a74f3a1a39ad4a1"), (32, "8d57d6a4671cc43d"),
    (1000, "99594f4828043d35"),
  ])
  func theChecksumOfAFileIsXXH64(_ count: Int, _ digits: String) {
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ 7) }
    #expect(Checksum.xxh64(bytes) == "xxh64:" + digits)
  }
}
