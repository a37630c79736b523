/// Reads a spectrum from whatever an archive delivers: FITS in all survey layouts, VOTable, text, gzip of these.
///
/// What the bytes are decides, never the name: half of the misnamed files in the archives are gzip or HTML under
/// `.fits`. Every error says what was wrong and what to do (``SpectrumError``).
///
/// ```swift
/// let spectrum = try SpectrumReader.read(path: "spec-55939-GAC_061N46_V3_sp07-078.fits")
/// let vector = try FeatureExtractor(.standard).vector(of: spectrum)
/// ```
public enum SpectrumReader {
  /// Largest file that is read, in bytes.
  public static let maximumSize = 256 << 20

  /// What to read of a spectrum, and what to take for granted.
  public struct Options: Sendable {
    /// Wavelengths in Å, vacuum, that must be covered, to within ``tolerance``; `nil` if any will do.
    public var window: ClosedRange<Double>?
    /// Whether only the pixels of the window are kept, and 12 Å (at least 40 pixels) to either side.
    ///
    /// That is enough for every feature preset, and saves a survey most of the time.
    public var keepsWindowOnly: Bool
    /// Scale of the wavelengths where neither the file nor the survey says.
    public var assumedScale: WavelengthScale

    /// Whether nothing matters but that it can be read: pixels, weights, mask and most of the metadata, which cannot fail, are
    /// left out where that saves time.
    public var checksOnly = false

    /// Makes options.
    public init(
      window: ClosedRange<Double>? = nil, keepsWindowOnly: Bool = false,
      assumedScale: WavelengthScale = .air
    ) {
      self.window = window
      self.keepsWindowOnly = keepsWindowOnly
      self.assumedScale = assumedScale
    }

    /// The feature window and no more: what a survey of millions reads.
    public static let features = Options(window: FeaturePreset.window, keepsWindowOnly: true)

    /// Whether CFITSIO decodes all FITS data, for the tests that compare.
    var usesCFITSIO = false
    /// Whether a spectrum that covers only a part of the window is welcome.
    var takesPart = false
    /// Where in a table the pixels of the window are expected, from another file of the same kind.
    var guess: Range<Int>?
  }

  /// By how much a spectrum may fall short of the window at either end, in Å: one step of the feature grid.
  public static let tolerance = 1.6

  /// Reads a spectrum from a file.
  /// - Parameters:
  ///   - path: File of any supported format.
  ///   - window: Wavelengths in Å, vacuum, that must be covered.
  /// - Throws: ``SpectrumError``, with the path as source.
  /// - Complexity: Of a plain FITS image only the header and the wanted pixels are read.
  public static func read(
    path: String, window: ClosedRange<Double>? = nil
  ) throws(SpectrumError) -> Spectrum {
    try read(path: path, options: Options(window: window))
  }

  /// Reads a spectrum from a file, with options.
  /// - Throws: ``SpectrumError``, with the path as source.
  public static func read(path: String, options: Options) throws(SpectrumError) -> Spectrum {
    do throws(SpectrumError) {
      let file = try SpectrumBytes.OpenFile(path: path)
      // Small files are read at once; of larger ones the start tells whether they can be read in parts.
      if file.count > 64 << 10 {
        let start = try file.read(0..<9)
        if start.elementsEqual("SIMPLE  =".utf8) { return try readFITS(.file(file), options) }
      }
      return try read(try file.read(0..<file.count), options, depth: 0)
    } catch {
      throw error.from(path)
    }
  }

  /// Reads a spectrum from bytes in memory.
  /// - Parameters:
  ///   - bytes: The file as it was fetched.
  ///   - name: What to call it in messages: a path, URL or identifier.
  ///   - window: Wavelengths in Å, vacuum, that must be covered.
  /// - Throws: ``SpectrumError``, with the name as source.
  public static func read(
    bytes: [UInt8], name: String? = nil, window: ClosedRange<Double>? = nil
  ) throws(SpectrumError) -> Spectrum {
    try read(bytes: bytes, name: name, options: Options(window: window))
  }

  /// Reads a spectrum from bytes in memory, with options.
  /// - Throws: ``SpectrumError``, with the name as source.
  public static func read(
    bytes: [UInt8], name: String? = nil, options: Options
  ) throws(SpectrumError) -> Spectrum {
    do throws(SpectrumError) {
      guard bytes.count <= maximumSize else { throw tooLarge(bytes.count) }
      return try read(bytes, options, depth: 0)
    } catch {
      throw error.from(name)
    }
  }

  static func tooLarge(_ count: Int) -> SpectrumError {
    SpectrumError(
      .tooLarge, "has \(count >> 20) MB, more than any spectrum (limit \(maximumSize >> 20) MB)")
  }

  private static func read(_ bytes: [UInt8], _ options: Options, depth: Int) throws(SpectrumError) -> Spectrum
  {
    switch SpectrumFormat(bytes) {
    case .fits: return try readFITS(.memory(bytes), options)
    case .votable: return try readVOTable(bytes, options)
    case .text: return try readText(bytes, options)
    case .gzip where depth < 2: return try read(Gunzip.expand(bytes), options, depth: depth + 1)
    case .gzip: throw SpectrumError(.unknownFormat, "is gzip inside gzip inside gzip")
    case .empty:
      throw SpectrumError(
        .empty, "is empty", hint: "the archive answered without data; a cut-out outside the spectrum is empty"
      )
    case .webPage(let title):
      throw SpectrumError(
        .webPage, "is a web page" + (title.map { " titled “\($0)”" } ?? "") + ", not a spectrum",
        hint: "the archive may want a login for this release, or the address is wrong: open it in a browser")
    case .lfsPointer:
      throw SpectrumError(
        .lfsPointer, "is a Git LFS pointer of \(bytes.count) bytes, not the file itself",
        hint: "run `git lfs pull` where it was cloned")
    case .xml(let root):
      throw SpectrumError(
        .unknownFormat, "is XML with root element <\(root)>, not a VOTable")
    case .other(let what):
      throw SpectrumError(
        .unknownFormat, "is \(what), not FITS, VOTable or columns of text",
        hint: "spectra are read from FITS, VOTable, CSV and TSV, gzipped or not")
    }
  }
}
