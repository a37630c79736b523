import ArgumentParser
import Foundation
import SAMP
import Survey

/// The command `votrawl samp`.
struct SampCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "samp",
    abstract: "The wire to TOPCAT, Aladin and others on this machine.", subcommands: [Ping.self, Hub.self])

  /// The command `votrawl samp ping`.
  struct Ping: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Ask the SAMP hub who is there and what they listen to.")

    @OptionGroup var global: GlobalOptions

    private struct Guest: Encodable {
      var id: String
      var name: String
      var loadsTables: Bool
      var loadsSpectra: Bool
    }

    func run() async throws {
      let console = Console(global)
      try await console.run {
        let client = SAMPClient(metadata: .votrawl)
        try await client.connect()
        let tables = Set(try await client.peers(for: "table.load.votable").map(\.id))
        let spectra = Set(try await client.peers(for: "spectrum.load.ssa-generic").map(\.id))
        let guests = try await client.peers().map {
          Guest(
            id: $0.id, name: $0.name, loadsTables: tables.contains($0.id),
            loadsSpectra: spectra.contains($0.id))
        }
        await client.stop()
        for guest in guests {
          let skills = (guest.loadsTables ? ["tables"] : []) + (guest.loadsSpectra ? ["spectra"] : [])
          console.say(guest.name + (skills.isEmpty ? "" : ": loads " + skills.joined(separator: " and ")))
        }
        try console.result(guests)
        return guests.contains { $0.loadsTables || $0.loadsSpectra } ? .done : .nothing
      }
    }
  }

  /// The command `votrawl samp hub`.
  struct Hub: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Run a SAMP hub until Ctrl-C, where no other program brings one.")

    @OptionGroup var global: GlobalOptions

    func run() async throws {
      let console = Console(global)
      try await console.run {
        let hub = SAMPHub()
        let address = try await hub.start()
        console.tell("hub at \(address.url); Ctrl-C ends it")
        while (try? await Task.sleep(for: .seconds(3600))) != nil {}
        await hub.stop()
        return .done
      }
    }
  }
}

extension SAMPMetadata {
  /// What this program says of itself.
  static let votrawl = SAMPMetadata(
    name: "VOTrawl", summary: "Finds emission-line stars in archives of spectra",
    others: ["votrawl.version": Provenance.version])
}
