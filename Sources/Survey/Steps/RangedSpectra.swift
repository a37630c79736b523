import Classifier
import VOClient

/// Brings the window of spectra by byte ranges of their files; what one file of a collection taught serves the next.
///
/// What is kept of a file does not depend on how it came: where only the whole file would do, the window is cut out of it
/// here. So a run that was killed and run again, and has to learn anew, ends with the same files.
final class RangedSpectra: Sendable {
  /// What came of one file.
  enum Found: Sendable {
    /// A file with the window only.
    case window([UInt8])
    /// The spectrum has nothing in the window.
    case outside
    /// All of it: nothing smaller could be read, or it is no spectrum.
    case whole(TransferResponse)
  }

  private struct Learned: Sendable {
    /// Pixels in which an earlier file had the window, and some more.
    var guess: Range<Int>?
    /// Bytes of the first question.
    var reach = RangedSpectra.firstReach
    /// Whether the archive takes several ranges in one question.
    var asksTogether = true
    /// Files in a row of which the whole had to be asked for.
    var misses = 0
    /// Whether the window of a file was had for fewer bytes.
    var hasWorked = false

    /// After so many files in a row that came whole, the whole is asked for at once.
    var isHopeless: Bool { misses >= RangedSpectra.patience }
  }

  /// Five blocks of FITS: the headers of surveys fit in.
  private static let firstReach = 14_400
  /// Rounds of questions: headers, wavelengths, values, and one for what the guess missed.
  private static let rounds = 4
  private static let patience = 4

  private let engine: TransferEngine
  private let window: ClosedRange<Double>
  private let scale: WavelengthScale
  private let learned = Shared(Learned())
  /// Until it is known whether ranges are of use, and where the window lies, many at a time would all ask for too much.
  private let vanguard = Vanguard(attempts: RangedSpectra.patience)

  /// - Parameters:
  ///   - window: vacuum Å.
  ///   - scale: of the wavelengths of files that do not say it.
  init(engine: TransferEngine, window: ClosedRange<Double>, scale: WavelengthScale) {
    self.engine = engine
    self.window = window
    self.scale = scale
  }

  /// Brings the window of one file; `received` grows by the bytes that came, whatever the end.
  func bring(_ url: String, received: inout Int) async throws(TransferError) -> Found {
    try await vanguard.go(learned: { [learned] in learned.withLock { $0.hasWorked || $0.isHopeless } }) {
      () async throws(TransferError) in try await window(of: url, &received)
    }
  }

  private func window(of url: String, _ received: inout Int) async throws(TransferError) -> Found {
    var attempts = learned.withLock { $0.isHopeless } ? 0 : 2
    while attempts > 0 {
      attempts -= 1
      var file = RangedFile(url: url, engine: engine)
      file.asksTogether = learned.withLock { $0.asksTogether }
      defer {
        let asksTogether = file.asksTogether
        learned.withLock { $0.asksTogether = asksTogether }
      }
      do throws(TransferError) {
        let found = try await parts(of: &file)
        received += file.received
        if let found {
          return found
        } else {
          break
        }
      } catch {
        received += file.received
        // The second time its parts are those of the new file, or else the whole is asked for.
        guard error.kind == .changed else { throw error }
      }
    }
    learned.withLock { $0.misses += 1 }
    let response = try await engine.data(TransferRequest(url: url, mustBeWhole: true))
    received += response.body.count
    return cut(response)
  }

  /// Asks for parts until the window is there; `nil` where the whole has to be asked for.
  private func parts(of file: inout RangedFile) async throws(TransferError) -> Found? {
    let known = learned.withLock { $0 }
    var ranges = [0..<known.reach]
    var parts: SpectrumParts?
    for _ in 0..<Self.rounds {
      switch try await file.parts(ranges) {
      case .unavailable: return nil
      case .whole(let response): return cut(response)
      case .parts(let list):
        guard let count = file.count else { return nil }
        var held = parts ?? SpectrumParts(count: count)
        for part in list { held.add(part.bytes, at: part.start) }
        parts = held
        switch read(held, guess: known.guess) {
        case .excerpt(let excerpt):
          learn(excerpt)
          return .window(excerpt.bytes)
        case .outside: return .outside
        case .unsuitable: return nil
        case .lacks(let lacking):
          ranges = Self.questions(lacking, count: count)
          if ranges.isEmpty || 2 * (held.held + ranges.reduce(0) { $0 + $1.count }) > count { return nil }
        }
      }
    }
    return nil
  }

  /// Reads the window; a guess that cuts its margins does not count, so that the outcome is the same without one.
  private func read(_ parts: SpectrumParts, guess: Range<Int>?) -> SpectrumParts.Outcome {
    let outcome = parts.read(window: window, guess: guess, assumedScale: scale)
    guard let guess, case .excerpt(let excerpt) = outcome else { return outcome }
    let isCut =
      (excerpt.pixels.lowerBound <= guess.lowerBound && guess.lowerBound > 0)
      || excerpt.pixels.upperBound >= guess.upperBound
    return isCut ? parts.read(window: window, assumedScale: scale) : outcome
  }

  /// The window of a file that came whole.
  private func cut(_ response: TransferResponse) -> Found {
    var parts = SpectrumParts(count: response.body.count)
    parts.add(response.body, at: 0)
    switch parts.read(window: window, assumedScale: scale) {
    case .excerpt(let excerpt):
      // A table teaches here where to look in the next.
      learned.withLock { $0.guess = Self.guess(excerpt) }
      return .window(excerpt.bytes)
    case .outside: return .outside
    case .lacks, .unsuitable: return .whole(response)
    }
  }

  private func learn(_ excerpt: SpectrumExcerpt) {
    let end = excerpt.used.map(\.upperBound).max() ?? Self.firstReach
    learned.withLock {
      $0.guess = Self.guess(excerpt)
      $0.misses = 0
      $0.hasWorked = true
      // Where all of it lies near the start, one question does.
      $0.reach = end <= 2 * Self.firstReach ? end : Self.firstReach
    }
  }

  private static func guess(_ excerpt: SpectrumExcerpt) -> Range<Int> {
    max(0, excerpt.pixels.lowerBound - 32)..<excerpt.pixels.upperBound + 32
  }

  /// The ranges to ask for: one, from the lowest to the highest byte, where that costs little; else near ones joined.
  static func questions(_ lacking: [Range<Int>], count: Int) -> [Range<Int>] {
    let sorted = lacking.sorted { $0.lowerBound < $1.lowerBound }
    guard let first = sorted.first, let end = sorted.map(\.upperBound).max() else { return [] }
    if end - first.lowerBound <= max(firstReach, count / 8) { return [first.lowerBound..<end] }
    var joined = [first]
    for range in sorted.dropFirst() {
      let last = joined[joined.count - 1]
      if range.lowerBound - last.upperBound < 2880 {
        joined[joined.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
      } else {
        joined.append(range)
      }
    }
    // More questions would cost an archive more than the bytes between them.
    return joined.count <= 6 ? joined : [first.lowerBound..<end]
  }
}
