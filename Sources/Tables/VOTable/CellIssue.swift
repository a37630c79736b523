/// What was odd in a cell.
enum CellIssue: UInt8 {
  case none, nullWord, oddNumber, outOfRange, notANumber, arrayLength, arrayCommas, badBoolean, longCharacter,
    longText

  /// The diagnostic it gives.
  var code: DiagnosticCode? {
    switch self {
    case .none: nil
    case .nullWord: .nullWord
    case .oddNumber: .oddNumber
    case .outOfRange: .outOfRange
    case .notANumber: .notANumber
    case .arrayLength: .arrayLength
    case .arrayCommas: .arrayCommas
    case .badBoolean: .badBoolean
    case .longCharacter: .longCharacter
    case .longText: .longText
    }
  }
}
