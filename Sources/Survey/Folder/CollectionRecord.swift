import Foundation
import GRDB
import VOClient

/// A collection: what one service lists.
public struct CollectionRecord: Sendable {
  /// Its key in the database.
  let id: Int64
  /// Its name, that of the service.
  public let name: String
  /// The service as it was when last crawled.
  public let service: ServiceEntry
  /// Spectra known, without those that are gone.
  public let spectra: Int
}

extension SurveyFolder {
  /// All collections, by name.
  public func collections() throws(SurveyError) -> [CollectionRecord] {
    try surveyed(.database, "cannot list the collections") {
      try database.read { db in
        try Row.fetchAll(
          db,
          sql: """
            SELECT id, name, service, (SELECT count(*) FROM spectrum WHERE collection = collection.id AND gone IS NULL) AS spectra
            FROM collection ORDER BY name
            """
        ).map { row in
          let service: String = row["service"]
          return CollectionRecord(
            id: row["id"], name: row["name"],
            service: try JSONDecoder().decode(ServiceEntry.self, from: Data(service.utf8)),
            spectra: row["spectra"])
        }
      }
    }
  }

  /// The collections of these names; all where none is named.
  ///
  /// - Throws: `SUR-04` for a name that no collection has.
  public func collections(named names: [String]) throws(SurveyError) -> [CollectionRecord] {
    let all = try collections()
    guard !names.isEmpty else { return all }
    var chosen: [CollectionRecord] = []
    for name in names {
      guard let collection = all.first(where: { $0.name == name }) else {
        throw SurveyError(
          .unknownName, "the survey has no collection \"\(name)\"",
          hint: all.isEmpty
            ? "votrawl crawl \(name)" : "it has " + all.map(\.name).joined(separator: ", "))
      }
      chosen.append(collection)
    }
    return chosen
  }

  /// Makes or updates the collection of a service.
  ///
  /// - Throws: `SUR-12` where the collection was crawled from another address, unless `moved` says that it may be.
  func ensureCollection(_ service: ServiceEntry, moved: Bool) throws(SurveyError) -> CollectionRecord {
    if !moved, let known = try collections().first(where: { $0.name == service.name }),
      !known.service.isAtSameAddress(as: service)
    {
      throw SurveyError(
        .movedService,
        "the collection \"\(service.name)\" was crawled from \(known.service.ssap), not from \(service.ssap)",
        hint:
          "--moved takes the new address, if it is the same archive; another one needs another name: NAME=URL"
      )
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    try surveyed(.database, "cannot enter the collection \"\(service.name)\"") {
      let text = String(decoding: try encoder.encode(service), as: UTF8.self)
      try database.write { db in
        try db.execute(
          sql: """
            INSERT INTO collection (name, service) VALUES (?, ?)
            ON CONFLICT (name) DO UPDATE SET service = excluded.service
            """, arguments: [service.name, text])
      }
    }
    return try collections(named: [service.name])[0]
  }
}

extension SurveyFolder {
  /// The way in which a collection is fetched where that is left to the program, if it was measured.
  func fetchWay(of collection: Int64) throws(SurveyError) -> FetchWay? {
    try surveyed(.database, "cannot read how a collection is fetched") {
      let text = try database.read { db in
        try String.fetchOne(db, sql: "SELECT way FROM collection WHERE id = ?", arguments: [collection])
      }
      return try text.map { try JSONDecoder().decode(FetchWay.self, from: Data($0.utf8)) }
    }
  }

  /// Remembers such a way.
  func remember(_ way: FetchWay, of collection: Int64) throws(SurveyError) {
    try surveyed(.database, "cannot remember how a collection is fetched") {
      let text = String(decoding: try JSONEncoder().encode(way), as: UTF8.self)
      try database.write { db in
        try db.execute(sql: "UPDATE collection SET way = ? WHERE id = ?", arguments: [text, collection])
      }
    }
  }
}

extension ServiceEntry {
  /// Whether two entries are of one service: the scheme, and a `?` at the end, do not count.
  func isAtSameAddress(as other: ServiceEntry) -> Bool {
    func bare(_ url: String) -> Substring {
      var rest = url[...]
      for scheme in ["https://", "http://"] where rest.hasPrefix(scheme) { rest.removeFirst(scheme.count) }
      while let last = rest.last, "?&/".contains(last) { rest.removeLast() }
      return rest
    }
    return bare(ssap) == bare(other.ssap)
  }
}
