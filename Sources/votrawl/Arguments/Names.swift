public import ArgumentParser
public import Classifier
public import Crossmatch
public import Survey
public import Tables

extension AuditDesign.Kind: ExpressibleByArgument {}
extension Fetch.Form: ExpressibleByArgument {}
extension Fetch.Keep: ExpressibleByArgument {}
extension FileGroups.Keep: ExpressibleByArgument {}
extension JoinKind: ExpressibleByArgument {}
extension ReaderMode: ExpressibleByArgument {}

/// Which pairs a match keeps, as it is typed.
struct MatchModeName: ExpressibleByArgument, CustomStringConvertible {
  let mode: MatchMode

  private static let names: [(String, MatchMode)] = [
    ("all", .all), ("best", .bestPerLeft), ("best-per-right", .bestPerRight), ("mutual", .mutual),
    ("one-to-one", .oneToOneGreedy), ("one-to-one-optimal", .oneToOneOptimal),
  ]

  init(mode: MatchMode) { self.mode = mode }

  init?(argument: String) {
    if let known = Self.names.first(where: { $0.0 == argument }) {
      mode = known.1
    } else if argument.hasPrefix("nearest-"), let count = Int(argument.dropFirst(8)), count > 0 {
      mode = .nearest(count)
    } else {
      return nil
    }
  }

  var description: String {
    if case .nearest(let count) = mode { return "nearest-\(count)" }
    return Self.names.first { $0.1 == mode }?.0 ?? "all"
  }
}

/// What to ask an archive for, as it is typed.
enum FetchFormName: String, ExpressibleByArgument, CaseIterable {
  case file, cutout, ranges, auto

  /// The form; nil where the program chooses.
  var form: Fetch.Form? { Fetch.Form(rawValue: rawValue) }
}
