/// What a service does when it is asked: is it up, does it keep to the standard, and which habits has it.
///
/// A handful of small queries, one after the other; nothing is downloaded but the first bytes of one spectrum.
public struct ServiceCheck: Sendable {
  /// How one check ended.
  public enum Verdict: String, Sendable, Codable {
    /// As it should be.
    case good
    /// A habit that the program copes with, or that one should know.
    case habit
    /// Not as it should be.
    case bad
    /// Could not be told.
    case unknown
  }

  /// What was looked at, and what was found.
  public struct Finding: Sendable, Codable {
    /// What was looked at, such as `overflow`.
    public var what: String
    /// How it ended.
    public var verdict: Verdict
    /// What was found, in words.
    public var message: String
    /// Seconds that the service took, where one request tells.
    public var seconds: Double?
  }

  let engine: TransferEngine

  /// A check that uses an engine; set its time-outs and retries low.
  public init(engine: TransferEngine) {
    self.engine = engine
  }

  /// Looks at an SSAP service and what its answers lead to.
  ///
  /// - Parameters:
  ///   - url: the access URL.
  ///   - base: parameters that every query must have, and the case of names.
  public func spectra(url: String, base: SSAPQuery = SSAPQuery()) async -> [Finding] {
    var findings = await support(url: url)
    let check = SpectraCheck(service: SSAPService(url: url, engine: engine), base: base)
    findings += await check.run()
    return findings
  }

  /// Looks at a TAP service.
  ///
  /// - Parameters:
  ///   - url: the base address.
  ///   - table: a table that is expected there.
  public func tables(url: String, table: String?) async -> [Finding] {
    var findings = await support(url: url)
    let check = TableAccessCheck(url: url, table: table, engine: engine)
    findings += await check.run()
    return findings
  }

  /// Availability and capabilities.
  private func support(url: String) async -> [Finding] {
    let vosi = VOSI(url: url, engine: engine)
    return [
      await Self.timed("availability") { () async throws(ServiceError) in
        let answer = try await vosi.availability()
        let notes = answer.notes.isEmpty ? "" : ": " + answer.notes.joined(separator: "; ")
        if !answer.isAvailable {
          return (
            .bad,
            "the service says that it is not available" + (answer.backAt.map { ", back at \($0)" } ?? "")
              + notes
          )
        }
        return (.good, "up" + (answer.upSince.map { " since \($0)" } ?? "") + notes)
      } missing: {
        "no VOSI availability: \($0.message)"
      },
      await Self.timed("capabilities") { () async throws(ServiceError) in
        let all = try await vosi.capabilities()
        let names = Set(all.compactMap(\.standardID)).sorted()
        let limits = all.flatMap { capability in
          ["defaultMaxRecords", "maxRecords"].compactMap { name in
            capability.facts[name].map { "\(name) \($0)" }
          }
        }
        return (
          names.isEmpty ? .bad : .good,
          names.joined(separator: ", ")
            + (limits.isEmpty ? "" : "; " + Set(limits).sorted().joined(separator: ", "))
        )
      } missing: {
        "no VOSI capabilities: \($0.message)"
      },
    ]
  }

  /// Does one thing and says how it went and how long it took.
  ///
  /// - Parameter missing: what to say where the service lacks it; without it a failure is bad.
  static func timed(
    _ what: String, _ work: () async throws(ServiceError) -> (Verdict, String),
    missing: ((ServiceError) -> String)? = nil
  ) async -> Finding {
    let begun = monotonicSeconds()
    do throws(ServiceError) {
      let (verdict, message) = try await work()
      return Finding(what: what, verdict: verdict, message: message, seconds: monotonicSeconds() - begun)
    } catch {
      let seconds = monotonicSeconds() - begun
      let refused = error.transfer?.status.map { (400..<500).contains($0) } ?? (error.transfer == nil)
      guard let missing, refused else {
        return Finding(
          what: what, verdict: .bad, message: "\(error.code): \(error.message)", seconds: seconds)
      }
      return Finding(what: what, verdict: .habit, message: missing(error), seconds: seconds)
    }
  }
}
