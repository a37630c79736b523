import ArgumentParser
import Foundation
import SAMP
import Survey

/// The command `votrawl send`.
struct SendCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "send",
    abstract: "Send tables, spectra or sky coverages to TOPCAT and other programs (SAMP).",
    discussion: """
      Without files, the candidates of the survey are sent. What a file is, is seen from its content: VOTables are loaded as \
      tables, other FITS files as spectra, MOCs as coverages. The programs read the file where it is.
      """)

  @Argument(help: "VOTables, spectra or MOCs (default: candidates.vot of the survey).")
  var files: [String] = []

  @Option(help: "Only programs whose name contains this (default: all that load such files).")
  var to: String?

  @Option(
    name: .customLong("as"), help: "What the files are: table, spectrum or coverage (default: looked up).")
  var kind: Outgoing.Kind?

  @Option(help: "Seconds to wait for a program to load a file.")
  var timeout = 60

  @OptionGroup var surveyOptions: SurveyOptions
  @OptionGroup var global: GlobalOptions

  private struct Delivery: Encodable {
    var file: String
    var to: String
    var problem: String?
  }

  func run() async throws {
    let console = Console(global)
    try await console.run {
      var paths = files
      if paths.isEmpty {
        let folder = try surveyOptions.open(forWriting: false).path
        paths = [folder + "/candidates.vot"]
        guard FileManager.default.fileExists(atPath: paths[0]) else {
          throw OutgoingError(message: "there is no \(paths[0])", hint: "votrawl export writes it")
        }
      }
      let outgoing = try paths.map { try Outgoing($0, as: kind) }
      let client = SAMPClient(metadata: .votrawl)
      try await client.connect()
      var deliveries: [Delivery] = []
      for file in outgoing {
        let peers = try await client.peers(for: file.message.mtype, named: to)
        if peers.isEmpty {
          console.warn("nobody\(to.map { " called \($0)" } ?? "") listens to \(file.message.mtype)")
        }
        for peer in peers {
          var delivery = Delivery(file: file.path, to: peer.name)
          do throws(SAMPError) {
            try await client.call(file.message, to: peer, timeout: timeout)
            console.say("\(file.path) → \(peer.name)")
          } catch {
            delivery.problem = error.description
            console.warn(error.description)
          }
          deliveries.append(delivery)
        }
      }
      await client.stop()
      try console.result(deliveries)
      if deliveries.isEmpty { return .nothing }
      return deliveries.allSatisfy { $0.problem == nil } ? .done : .partial
    }
  }
}

extension Outgoing.Kind: ExpressibleByArgument {}
