public import ArgumentParser
import Crossmatch
public import Survey

extension Fetch.Form: ExpressibleByArgument {}
extension Fetch.Keep: ExpressibleByArgument {}

/// Which pairs a match keeps, as it is typed.
enum MatchModeName: String, ExpressibleByArgument, CaseIterable {
  case all, best, bestPerRight = "best-per-right", mutual, oneToOne = "one-to-one"

  var mode: MatchMode {
    switch self {
    case .all: .all
    case .best: .bestPerLeft
    case .bestPerRight: .bestPerRight
    case .mutual: .mutual
    case .oneToOne: .oneToOneGreedy
    }
  }
}
