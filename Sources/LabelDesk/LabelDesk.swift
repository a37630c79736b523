import Foundation
import Loopback
public import Survey
import Synchronization
public import VOClient

/// The page on which a person labels spectra, served to this machine only.
///
/// One key a spectrum: each act is on disk before it is acknowledged, and there once, whatever is killed. The page is
/// part of the program and needs no network. Its address holds a secret; other pages cannot use the desk.
///
/// ```swift
/// let desk = try LabelDesk(survey, LabelSet(round: 3, of: survey), options)
/// print(try await desk.open())
/// ```
public final class LabelDesk: Sendable {
  /// How the desk is run.
  public struct Options: Sendable {
    /// Who labels, unless the page says otherwise.
    public var rater: String
    /// The port; that of the last time where nil, else a free one.
    public var port: UInt16?
    /// What fetches spectra whose file was not kept; nil for nothing.
    public var engine: TransferEngine?
    /// What the button at the end of a round does; nil for no button.
    public var nextRound: NextRound?
    /// Is told what the person does, and returns what the page shall say of it, if anything.
    public var onEvent: (@Sendable (DeskEvent) async -> String?)?

    /// A desk at which one person sits.
    public init(rater: String) { self.rater = rater }

    @discardableResult
    func emit(_ event: DeskEvent) async -> String? { await onEvent?(event) }
  }

  private let survey: SurveyFolder
  private let options: Options
  private let events = DeskEvents()
  private let room: DeskRoom
  private let server = LoopbackServer()

  /// Prepares a desk at which a set is labelled.
  ///
  /// - Throws: `SUR-08` where the label log cannot be understood, `SUR-02` and `SUR-03` where the survey cannot be read.
  public init(_ survey: SurveyFolder, _ set: LabelSet, _ options: Options) throws(SurveyError) {
    self.survey = survey
    self.options = options
    room = try DeskRoom(survey, set, options, events: events)
  }

  /// Opens the desk.
  ///
  /// - Returns: the address to open in a browser; who knows it may label.
  /// - Throws: `DSK-01` where it is open, `DSK-02` where the port is taken, `DSK-03` where the address cannot be kept.
  public func open() async throws(LabelDeskError) -> String {
    var address = DeskAddress.kept(in: survey.path) ?? .random()
    let handler = DeskHandler(room: room, events: events, options: options, address: address)
    var base: String
    do {
      base = try await server.start(port: options.port ?? address.port, handler: handler)
    } catch {
      guard error.code == "LOO-02", options.port == nil, address.port != 0 else { throw Self.noPort(error) }
      // Another program has the port of the last time.
      do { base = try await server.start(port: 0, handler: handler) } catch { throw Self.noPort(error) }
    }
    handler.base.withLock { $0 = base }
    address.port = UInt16(base.split(separator: ":").last ?? "") ?? 0
    do {
      try address.keep(in: survey.path)
    } catch {
      await server.stop()
      throw error
    }
    await room.announce()
    return base + "/#" + address.token
  }

  private static func noPort(_ error: LoopbackError) -> LabelDeskError {
    LabelDeskError(error.code == "LOO-01" ? "DSK-01" : "DSK-02", error.message, hint: error.hint)
  }

  /// Closes the desk; a training that runs is stopped.
  public func close() async {
    events.stop()
    await server.stop()
    await room.close()
  }

  /// Tells the desk what another program wants of it.
  ///
  /// - Throws: `DSK-04` where the survey has none of the spectra.
  public func obey(_ command: DeskCommand) async throws { try await room.obey(command) }
}
