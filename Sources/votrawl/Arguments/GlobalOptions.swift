import ArgumentParser
import Survey

/// The flags that every command takes.
struct GlobalOptions: ParsableArguments {
  @Flag(name: .shortAndLong, help: "Say more on standard error.")
  var verbose = false

  @Flag(name: .shortAndLong, help: "Say nothing but errors.")
  var quiet = false

  @Flag(help: "Print one JSON object on standard output.")
  var json = false

  @Flag(help: "Show no progress (also: VOTRAWL_NO_PROGRESS=1).")
  var noProgress = false

  @Flag(help: "Send nothing: answers of services come from the cache (also: VOTRAWL_OFFLINE=1).")
  var offline = false
}

/// The survey a command works on.
struct SurveyOptions: ParsableArguments {
  @Option(
    name: .customLong("survey"),
    help: ArgumentHelp("The survey's folder (default: the one at or above this folder).", valueName: "dir"))
  var path = "."

  func open(forWriting: Bool = true) throws(SurveyError) -> SurveyFolder {
    try SurveyFolder(at: path, forWriting: forWriting)
  }
}
