/// Why a network, a training or a model file could not be used.
///
/// Printed as `CODE: message`, followed by a hint on a line of its own where there is something to do about
/// it.
public struct ClassifierError: Error, Sendable, CustomStringConvertible, Equatable {
  /// A stable name of the kind of failure, such as `CLS-04`.
  public struct Code: RawRepresentable, Hashable, Sendable {
    /// The printed form, such as `CLS-04`.
    public let rawValue: String

    /// Makes a code of its printed form.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// The shape of the input does not fit: number of values, labels or rows.
    public static let shape = Code(rawValue: "CLS-01")
    /// The training set cannot be trained on: a class is missing, a label out of range, a value not finite.
    public static let trainingSet = Code(rawValue: "CLS-02")
    /// A model file could not be opened, read or written.
    public static let file = Code(rawValue: "CLS-03")
    /// A file is not a model file, is cut short or damaged.
    public static let format = Code(rawValue: "CLS-04")
    /// A model file is of a version this program does not know.
    public static let version = Code(rawValue: "CLS-05")
    /// An architecture that cannot exist, or does not fit the model or checkpoint at hand.
    public static let architecture = Code(rawValue: "CLS-06")
    /// The training was cancelled.
    public static let cancelled = Code(rawValue: "CLS-07")
    /// The loss is no longer a finite number.
    public static let diverged = Code(rawValue: "CLS-08")
    /// A setting is out of its range.
    public static let configuration = Code(rawValue: "CLS-09")
  }

  /// The kind of failure.
  public let code: Code
  /// What was wrong, and where.
  public let message: String
  /// What to do about it, where that is known.
  public let hint: String?
  /// The file concerned, if any.
  public let path: String?

  /// Makes an error.
  public init(_ code: Code, _ message: String, hint: String? = nil, path: String? = nil) {
    self.code = code
    self.message = message
    self.hint = hint
    self.path = path
  }

  /// `CODE: path: message`, and the hint on the next line.
  public var description: String {
    let place = path.map { "\($0): " } ?? ""
    let advice = hint.map { "\nhint: \($0)" } ?? ""
    return "\(code.rawValue): \(place)\(message)\(advice)"
  }
}
