/// A version of VOTable and its rules, as data for the writer.
public struct VOTableVersion: Sendable, Hashable {
  /// The number in the `version` attribute.
  public let number: String
  /// The XML namespace; 1.4 and 1.5 keep that of 1.3 (XML versioning note of IVOA).
  public let namespace: String
  /// Whether there is TIMESYS (from 1.4, §3.2).
  public let hasTimesys: Bool
  /// Whether COOSYS has `refposition` (from 1.5, §3.1).
  public let hasCoosysRefposition: Bool
  /// Whether COOSYS may have any name of the vocabulary `refframe` (from 1.5); before that it is one of ten.
  public let hasReferenceFrames: Bool
  /// Whether there is BINARY2 (from 1.3, §5.4).
  public let hasBinary2: Bool
  /// Whether an empty TD is a null for every datatype (from 1.3, §6).
  public let hasEmptyNulls: Bool
  /// Whether `arraysize="1"` is discouraged (erratum 3 of 1.3).
  public let avoidsArraysizeOne: Bool
  /// Whether `char` may hold UTF-8 (from 1.6); before that it is ASCII, and other text goes into `unicodeChar`.
  public let hasUTF8Characters: Bool

  /// VOTable 1.3 (2013).
  public static let v1_3 = VOTableVersion("1.3", timesys: false, refposition: false)
  /// VOTable 1.4 (2019).
  public static let v1_4 = VOTableVersion("1.4", timesys: true, refposition: false)
  /// VOTable 1.5 (2024).
  public static let v1_5 = VOTableVersion("1.5", timesys: true, refposition: true)

  /// The versions that can be written.
  public static let all = [v1_3, v1_4, v1_5]

  /// The name of a reference system that the version knows.
  func referenceSystem(_ name: String?) -> String? {
    guard !hasReferenceFrames, let name else { return name }
    switch name.uppercased() {
    case "FK4": return "eq_FK4"
    case "FK5": return "eq_FK5"
    case "ECLIPTIC": return "ecl_FK5"
    case "GALACTIC": return "galactic"
    case "SUPER_GALACTIC": return "supergalactic"
    default: return name
    }
  }

  private init(_ number: String, timesys: Bool, refposition: Bool) {
    self.number = number
    namespace = "http://www.ivoa.net/xml/VOTable/v1.3"
    hasTimesys = timesys
    hasCoosysRefposition = refposition
    hasReferenceFrames = refposition
    hasBinary2 = true
    hasEmptyNulls = true
    avoidsArraysizeOne = true
    hasUTF8Characters = false
  }
}

/// How the rows are written (VOTable 1.4 §5).
public enum VOTableSerialization: String, Sendable, CaseIterable {
  /// Rows as elements: readable, the longest.
  case tabledata = "TABLEDATA"
  /// Rows as base64; a null integer needs a value of its own.
  case binary = "BINARY"
  /// Rows as base64, with null flags.
  case binary2 = "BINARY2"
}
