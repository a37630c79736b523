import ArgumentParser
import Foundation
import Survey
import VOClient

/// The command `votrawl cutout`.
struct CutoutCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cutout",
    abstract: "Cut a band of wavelengths out of single spectra, at the archive (SODA).",
    discussion: """
      The cut-out service is the one that the spectrum's {links} document describes. For a survey's spectra there is
      `votrawl fetch --as cutout`.

        votrawl cutout ivo://asu.cas.cz/stel/ccd700/oe270005 --service ccd700 --band 6510..6620Angstrom
        votrawl cutout ID… --service lamost-dr10 --band 650..670nm --async --into cuts

      Exit codes: 0 all are there; 1 none has anything in the band; 3 some could not be had; 2 failed.
      """)

  @Argument(help: ArgumentHelp("Publisher DIDs.", valueName: "id"))
  var ids: [String]

  @Option(
    help:
      "The service: a name (`votrawl service list`), or the URL of an SSAP service that describes its links.")
  var service: String?

  @Option(help: ArgumentHelp("The URL of the {links} service itself.", valueName: "url"))
  var linksService: String?

  @Option(help: "Wavelengths, as the archive gives them: 6510..6620Angstrom, 650..670nm.")
  var band: BandArgument

  @Option(help: "Form of the cut-outs: fits, votable, or a media type that the service offers.")
  var form = "fits"

  @Option(help: "Flux calibration, where the service offers some: relative, normalized.")
  var calibration: String?

  @Flag(name: .customLong("async"), help: "By jobs of the service, for what takes long.")
  var isAsync = false

  @Option(help: ArgumentHelp("The folder for the files (default: this one).", valueName: "dir"))
  var into = "."

  @OptionGroup var global: GlobalOptions

  func validate() throws {
    if (service == nil) == (linksService == nil) {
      throw ValidationError("say with one of --service and --links-service who is to be asked")
    }
  }

  /// What became of one spectrum.
  private struct Piece: Encodable {
    var id: String
    var file: String?
    var bytes: Int?
    var problem: String?
    var isEmpty = false
  }

  func run() async throws {
    let console = Console(global)
    let survey = try Console.failing { try SurveyFolder.ifAny() }
    try await console.run {
      let engine = try Engine.make(connections: nil, global, survey: survey)
      defer { engine.shutdown() }
      let service = try await LinksCommand.service(
        named: service, at: linksService, engine: engine, survey: survey)
      var seen = Set<String>()
      let asked = ids.filter { seen.insert($0).inserted }
      let links = try await service.links(ids: asked)
      try FileManager.default.createDirectory(atPath: into, withIntermediateDirectories: true)
      var pieces: [Piece] = []
      for (id, name) in zip(asked, CutoutName.files(for: asked, form: mediaType)) {
        do throws(ServiceError) {
          pieces.append(try await piece(of: id, links[id], into + "/" + name, engine, console))
        } catch {
          try Task.checkCancellation()
          let piece = Piece(id: id, problem: "\(error)", isEmpty: error.kind == .emptyCutout)
          console.warn("\(id): \(error.message)")
          pieces.append(piece)
        }
      }
      for piece in pieces { if let file = piece.file { console.say("\(file)  \(piece.bytes ?? 0) bytes") } }
      try console.result(pieces)
      if pieces.allSatisfy({ $0.file != nil }) { return .done }
      return pieces.allSatisfy(\.isEmpty) ? .nothing : .partial
    }
  }

  private var mediaType: String {
    switch form.lowercased() {
    case "fits": "application/fits"
    case "votable": "application/x-votable+xml"
    default: form
    }
  }

  private func piece(
    of id: String, _ links: [DataLink], _ path: String, _ engine: TransferEngine, _ console: Console
  ) async throws(ServiceError) -> Piece {
    let descriptors = links.compactMap(\.descriptor)
    let found = descriptors.first { isAsync ? $0.isAsynchronousSODA : $0.isSODA }
    guard let found else {
      let fault = links.lazy.compactMap(\.errorMessage).first
      throw ServiceError(
        .noDescriptor,
        message: fault ?? "its links describe no \(isAsync ? "asynchronous " : "")cut-out service (SODA)")
    }
    let cutout = try SODACutout(found)
    let response: TransferResponse
    if isAsync {
      let job = try await cutout.makeJob(
        id: id, bands: [band.metres], format: mediaType, fluxCalibration: calibration, engine: engine)
      console.tell("job \(job.url)")
      let state = try await job.runToEnd()
      guard let result = state.results.first(where: { $0.id == "result" }) ?? state.results.first else {
        throw ServiceError(
          .emptyCutout, url: job.url, message: "the cut-out is empty: the job has no result")
      }
      response = try await job.download(result, to: path)
      // The result is here; that the job cannot be deleted harms nobody.
      try? await job.delete()
    } else {
      response = try await cutout.download(
        id: id, band: band.metres, format: mediaType, fluxCalibration: calibration, to: path, engine: engine)
    }
    return Piece(id: id, file: path, bytes: response.bytesReceived)
  }
}

/// Names of cut-outs: the end of the identifier, in letters that can leave no folder.
enum CutoutName {
  /// A name each; those that would be the same are numbered.
  static func files(for ids: [String], form: String) -> [String] {
    var taken: [String: Int] = [:]
    return ids.map { id in
      let stem = stem(of: id)
      let number = taken[stem, default: 0] + 1
      taken[stem] = number
      return stem + (number > 1 ? "-\(number)" : "") + "-cutout" + ending(of: form)
    }
  }

  private static func stem(of id: String) -> String {
    let last = id.split { "/?#".contains($0) }.last.map(String.init) ?? "spectrum"
    var stem = String(
      last.map { $0.isASCII && ($0.isLetter || $0.isNumber || "-_+.".contains($0)) ? $0 : "_" })
    for ending in [".gz", ".fits", ".fit", ".vot", ".xml"] where stem.lowercased().hasSuffix(ending) {
      stem.removeLast(ending.count)
    }
    if stem.isEmpty || stem.hasPrefix(".") { stem = "_" + stem.dropFirst() }
    return String(stem.prefix(80))
  }

  private static func ending(of form: String) -> String {
    let type = form.lowercased()
    return type.contains("fits") ? ".fits" : type.contains("votable") ? ".vot" : ""
  }
}
