/// Why a spectrum could not be read or turned into features.
///
/// Printed as `SPC-nn: message`, with a hint on its own line where there is something to do.
public struct SpectrumError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What kind of error it is; stable between versions.
  public var code: Code
  /// What was wrong, and where.
  public var message: String
  /// What can be done about it.
  public var hint: String?
  /// File, URL or identifier of the spectrum.
  public var source: String?

  /// Makes an error.
  public init(_ code: Code, _ message: String, hint: String? = nil, source: String? = nil) {
    self.code = code
    self.message = message
    self.hint = hint
    self.source = source
  }

  /// The error as it is shown: code, source, message, and a hint on its own line.
  public var description: String {
    let place = source.map { " \($0):" } ?? ""
    return "\(code.rawValue):\(place) \(message)" + (hint.map { "\nhint: \($0)" } ?? "")
  }

  /// Stable codes of the errors.
  public enum Code: String, Sendable, CaseIterable {
    /// The file cannot be opened or read.
    case unreadable = "SPC-01"
    /// There are no bytes.
    case empty = "SPC-02"
    /// It is a web page, usually a login or error page under a file's name.
    case webPage = "SPC-03"
    /// It is a Git LFS pointer: the file itself was never fetched.
    case lfsPointer = "SPC-04"
    /// It ends before its header says it should.
    case truncated = "SPC-05"
    /// It contradicts itself, or its bytes are damaged.
    case damaged = "SPC-06"
    /// It is not of a format in which spectra come.
    case unknownFormat = "SPC-07"
    /// It is FITS or a VOTable, but no known layout of a spectrum.
    case unknownLayout = "SPC-08"
    /// It is an IRAF multispec or apextract file of several apertures.
    case multispec = "SPC-09"
    /// It does not cover the wavelengths that are wanted.
    case notCovering = "SPC-10"
    /// Its wavelengths make no sense: not increasing, not finite, not in a known unit.
    case badWavelengths = "SPC-11"
    /// Its flux is constant (or nowhere finite) in the window and cannot be scaled.
    case constant = "SPC-12"
    /// It is a service's error document.
    case serviceError = "SPC-13"
    /// It is larger than any spectrum.
    case tooLarge = "SPC-14"
    /// It is plain text, such as the message of a server, not columns of numbers.
    case textMessage = "SPC-15"
    /// Too many of its pixels in the window hold no flux, or those of Hα do not.
    case incomplete = "SPC-16"
  }

  /// The same error with the source named, unless it has one.
  public func from(_ source: String?) -> SpectrumError {
    var named = self
    if named.source == nil { named.source = source }
    return named
  }
}
