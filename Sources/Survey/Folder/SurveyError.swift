/// What went wrong in a survey: what, where, and what to do about it.
public struct SurveyError: Error, Sendable, CustomStringConvertible {
  /// The stable code of an error, for search and for scripts.
  public struct Code: RawRepresentable, Hashable, Sendable {
    /// The code as printed, `SUR-nn`.
    public let rawValue: String

    /// Makes a code from its printed form.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// There is no survey here, or one where a new one was asked for.
    public static let folder = Code(rawValue: "SUR-01")
    /// `survey.toml` or a catalogue of the program cannot be read.
    public static let configuration = Code(rawValue: "SUR-02")
    /// The database refused.
    public static let database = Code(rawValue: "SUR-03")
    /// No such service, collection, model, match or class.
    public static let unknownName = Code(rawValue: "SUR-04")
    /// A file could not be read or written.
    public static let file = Code(rawValue: "SUR-05")
    /// A service did not answer as it should.
    public static let service = Code(rawValue: "SUR-06")
    /// A step lacks what an earlier step makes.
    public static let notReady = Code(rawValue: "SUR-07")
    /// A line of the label log cannot be understood.
    public static let labels = Code(rawValue: "SUR-08")
    /// Training or classification failed.
    public static let model = Code(rawValue: "SUR-09")
    /// The work was stopped; what was done is kept.
    public static let interrupted = Code(rawValue: "SUR-10")
    /// Another process holds the survey.
    public static let busy = Code(rawValue: "SUR-11")
    /// A collection is asked for at another address than it was crawled from.
    public static let movedService = Code(rawValue: "SUR-12")
  }

  /// The stable code.
  public let code: Code
  /// What was wrong and where.
  public let message: String
  /// What to do about it.
  public let hint: String?

  /// Makes an error.
  public init(_ code: Code, _ message: String, hint: String? = nil) {
    self.code = code
    self.message = message
    self.hint = hint
  }

  /// The error as printed: code, message, and the hint on a line of its own.
  public var description: String {
    "\(code.rawValue): \(message)" + (hint.map { "\nhint: \($0)" } ?? "")
  }
}

extension SurveyError {
  /// Wraps an error of the database or the file system with what was being done.
  init(_ code: Code, doing what: String, _ underlying: any Error, hint: String? = nil) {
    self.init(code, "\(what): \(underlying)", hint: hint)
  }
}

/// Runs work that throws anything and gives its error the survey's form.
///
/// - Parameters:
///   - code: the code of the error, where the work does not throw a `SurveyError` itself.
///   - what: what was being done, for the message.
///   - work: the work.
func surveyed<Value>(
  _ code: SurveyError.Code, _ what: @autoclosure () -> String, _ work: () throws -> Value
) throws(SurveyError) -> Value {
  do {
    return try work()
  } catch let error as SurveyError {
    throw error
  } catch {
    throw SurveyError(code, doing: what(), error)
  }
}

/// The same for work that suspends.
func surveyed<Value>(
  _ code: SurveyError.Code, _ what: @autoclosure () -> String, _ work: () async throws -> Value
) async throws(SurveyError) -> Value {
  do {
    return try await work()
  } catch let error as SurveyError {
    throw error
  } catch {
    throw SurveyError(code, doing: what(), error)
  }
}
