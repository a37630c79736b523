/// A spectrum's FITS file of which only some bytes are here: what a survey by byte ranges reads.
///
/// The reader says which bytes it lacks, one asks the archive for them, and so on until the window is there:
///
/// ```swift
/// var parts = SpectrumParts(count: total)
/// parts.add(start, at: 0)
/// while case .lacks(let ranges) = parts.read(window: 6500...6750) { … }
/// ```
///
/// Two rounds do for the images of LAMOST (DR1 to DR8) and Ondřejov, whose header tells where the window is; of
/// tables an earlier file of the collection does (``SpectrumExcerpt/pixels``), or else the whole is asked for.
public struct SpectrumParts: Sendable {
  /// What came of reading.
  public enum Outcome: Sendable {
    /// The window is there.
    case excerpt(SpectrumExcerpt)
    /// These bytes are lacking, ascending.
    case lacks([Range<Int>])
    /// The spectrum has no pixels in the window.
    case outside
    /// Only the whole file can tell: it is compressed, no FITS, of an odd layout, or damaged.
    case unsuitable(String)
  }

  /// Bytes of the whole file.
  public let count: Int
  private var parts: [(start: Int, bytes: [UInt8])] = []

  /// - Parameter count: bytes of the whole file, as the server states them.
  public init(count: Int) { self.count = max(0, count) }

  /// Bytes that are here.
  public var held: Int { parts.reduce(0) { $0 + $1.bytes.count } }

  /// Puts bytes at their place; what was there is replaced, what lies beyond the end of the file is dropped.
  /// - Complexity: O(bytes here).
  public mutating func add(_ bytes: [UInt8], at offset: Int) {
    guard offset >= 0, offset < count, !bytes.isEmpty else { return }
    let added = bytes.prefix(count - offset)
    var (start, joined) = (offset, Array(added))
    var others: [(start: Int, bytes: [UInt8])] = []
    for part in parts {
      let (end, partEnd) = (start + joined.count, part.start + part.bytes.count)
      guard part.start <= end, partEnd >= start else {
        others.append(part)
        continue
      }
      let head = part.start < start ? Array(part.bytes[..<(start - part.start)]) : []
      let tail = partEnd > end ? Array(part.bytes[(end - part.start)...]) : []
      joined = head + joined + tail
      start -= head.count
    }
    others.append((start, joined))
    parts = others.sorted { $0.start < $1.start }
  }

  /// Reads the window, and 12 Å (at least 40 pixels) to either side of it.
  /// - Parameters:
  ///   - window: Wavelengths in Å, vacuum; a spectrum that covers only a part of it gives that.
  ///   - guess: Pixels in which the window is expected, of an earlier file of the collection.
  ///   - assumedScale: Scale of the wavelengths where the file does not say.
  /// - Complexity: O(bytes here), some 20 µs.
  public func read(
    window: ClosedRange<Double>, guess: Range<Int>? = nil, assumedScale: WavelengthScale = .air
  ) -> Outcome {
    let file = FileParts(count: count, parts: parts)
    guard let magic = try? file.bytes(0..<min(9, count)) else { return .lacks([0..<probe(0)]) }
    guard magic.elementsEqual("SIMPLE  =".utf8) else { return .unsuitable("is no plain FITS file") }
    var options = SpectrumReader.Options(window: window, keepsWindowOnly: true, assumedScale: assumedScale)
    options.takesPart = true
    options.guess = guess
    do throws(SpectrumError) {
      let spectrum = try SpectrumReader.readFITS(.parts(file), options)
      guard let selection = file.selection, let bytes = try excerpt(selection, file) else {
        return .unsuitable("is of a layout of which no part can be kept")
      }
      return .excerpt(
        SpectrumExcerpt(
          spectrum: spectrum, bytes: bytes, pixels: selection.pixels, used: file.used + selection.ranges))
    } catch {
      if !file.missing.isEmpty {
        // A question for the start of a header is one for the header.
        let ranges = file.missing.map { range in
          range.count < 80 ? range.lowerBound..<probe(range.lowerBound) : range
        }
        return .lacks(ranges)
      }
      return error.code == .notCovering ? .outside : .unsuitable("\(error)")
    }
  }

  /// Where a header of up to five blocks, as surveys have them, ends that starts at an offset.
  private func probe(_ offset: Int) -> Int { min(count, offset + 5 * FITSFile.block) }

  /// The primary header, and the unit with the spectrum, as a FITS file of its own.
  private func excerpt(_ selection: FITSExcerpt, _ file: FileParts) throws(SpectrumError) -> [UInt8]? {
    guard let unit = try selection.unit(from: file) else { return nil }
    guard selection.unit.index > 0 else { return unit }
    var fits = FITSFile(.parts(file))
    guard let primary = try fits.unit(0), primary.dataCount == 0 else { return nil }
    return Array(try file.bytes(0..<primary.dataOffset)) + unit
  }
}

/// The window of a spectrum, cut out of its file here.
public struct SpectrumExcerpt: Sendable {
  /// The pixels of the window, and some to either side.
  public var spectrum: Spectrum
  /// A FITS file of the same layout, with all headers that matter, all rows or columns, but these pixels only.
  ///
  /// Fluxes have the bytes of the original; linear wavelengths are the same to 1e-9 Å.
  public var bytes: [UInt8]
  /// The pixels of the original that it has, counted from 0.
  public var pixels: Range<Int>
  /// The bytes of the original that it took, in the order of reading.
  public var used: [Range<Int>]
}
