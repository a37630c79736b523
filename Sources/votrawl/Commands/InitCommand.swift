import ArgumentParser
import Classifier
import Foundation
import Survey

/// The command `votrawl init`.
struct InitCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init", abstract: "Make a survey: a folder with survey.toml and an empty database.")

  @Argument(help: "The folder.")
  var folder = "."

  @Option(help: "Name of the survey (default: the folder's).")
  var name: String?

  @Option(help: "Seed of everything drawn at random.")
  var seed: UInt64 = 1

  @Option(help: "The class set: a name the program knows, or a file.")
  var classes = "be-stars"

  @Option(help: "How a spectrum becomes a vector: standard, or skoda2020, the published preprocessing.")
  var preset = "standard"

  @OptionGroup var global: GlobalOptions

  func validate() throws {
    if FeaturePreset.named(preset) == nil {
      throw ValidationError("there is no preset \"\(preset)\": it is standard or skoda2020")
    }
  }

  func run() async throws {
    let console = Console(global)
    try await console.run {
      let path = URL(fileURLWithPath: folder).standardizedFileURL.path
      let title = name ?? (path as NSString).lastPathComponent
      let survey = try SurveyFolder.create(
        at: path, SurveyConfiguration(name: title, seed: seed, classes: classes, preset: preset))
      console.say(
        "made \(survey.path)/survey.toml (classes: \(survey.classSet.names.joined(separator: ", ")))")
      console.say("next: votrawl crawl SERVICE — `votrawl service list` prints those that are known")
      try console.result(try Status(of: survey))
      return .done
    }
  }
}
