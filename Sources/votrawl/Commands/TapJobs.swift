import ArgumentParser
import Foundation
import Survey
import Synchronization
import Tables
import VOClient

/// The notes of jobs that were begun: kept until their results are here, so that a killed program finds them again.
struct TapJobs {
  /// A job.
  struct Note: Codable {
    /// Its address.
    var url: String
    /// The TAP service.
    var service: String
    /// What was asked.
    var query: String
    /// The most rows wanted.
    var maxrec: Int?
    /// A checksum of the question with its tables.
    var key: String
    /// When it was begun, ISO 8601.
    var begun: String
  }

  private let folder: String

  init(folder: String = Settings.stateFolder() + "/jobs") { self.folder = folder }

  /// All notes, oldest first.
  var all: [Note] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    let notes = names.filter { $0.hasSuffix(".json") }.compactMap { name in
      FileManager.default.contents(atPath: folder + "/" + name).flatMap {
        try? JSONDecoder().decode(Note.self, from: $0)
      }
    }
    return notes.sorted { ($0.begun, $0.url) < ($1.begun, $1.url) }
  }

  /// Keeps a note; it is on disk when this returns.
  func add(_ note: Note) throws {
    do {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
      try JSONEncoder().encode(note).write(to: URL(fileURLWithPath: path(note.url)), options: .atomic)
    } catch {
      throw SurveyError(
        .file, "cannot keep a note of the job \(note.url) in \(folder): \(error.localizedDescription)")
    }
  }

  /// Forgets a job.
  func remove(_ url: String) { try? FileManager.default.removeItem(atPath: path(url)) }

  private func path(_ url: String) -> String { folder + "/" + Self.checksum(Array(url.utf8)) + ".json" }

  /// A checksum for names (FNV-1a, 64 bits).
  static func checksum(_ bytes: [UInt8]) -> String {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return String(hash, radix: 16)
  }
}

/// An asynchronous query that goes on where an earlier run of the program left it.
struct TapRun: Sendable {
  let tap: TAPService
  let query: String
  let maxrec: Int?
  let uploads: [TAPService.Upload]
  let console: Console

  /// The result: of the job that an earlier run began for the same question, or of a new one.
  func document() async throws -> VOTableDocument {
    let jobs = TapJobs()
    let key = key
    if let note = jobs.all.last(where: { $0.key == key }) {
      do throws(ServiceError) {
        let state = try await UWSJob(url: note.url, engine: tap.engine).state()
        console.warn("going on with the job \(note.url) (\(state.phase.rawValue.lowercased()))")
        return try await finish(note.url)
      } catch {
        guard error.kind == .jobGone else { throw error }
        jobs.remove(note.url)
      }
    }
    let job = try await tap.makeJob(query, maxrec: maxrec, uploads: uploads)
    let date = ISO8601DateFormatter.string(
      from: Date(), timeZone: TimeZone(secondsFromGMT: 0) ?? .current, formatOptions: [.withInternetDateTime])
    try jobs.add(
      TapJobs.Note(url: job.url, service: tap.url, query: query, maxrec: maxrec, key: key, begun: date))
    if !console.options.quiet { console.tell("job \(job.url)") }
    return try await finish(job.url)
  }

  private func finish(_ url: String) async throws(ServiceError) -> VOTableDocument {
    do throws(ServiceError) {
      let document = try await tap.resume(jobURL: url, maxrec: maxrec)
      TapJobs().remove(url)
      return document
    } catch {
      // A job that failed gives no result any more; one that could not be reached may.
      if error.kind == .jobFailed || error.kind == .jobGone { TapJobs().remove(url) }
      throw error
    }
  }

  private var key: String {
    var bytes = Array("\(tap.url)\n\(query)\n\(maxrec ?? -1)\n".utf8)
    for upload in uploads { bytes += Array(upload.name.utf8) + upload.votable }
    return TapJobs.checksum(bytes)
  }
}
