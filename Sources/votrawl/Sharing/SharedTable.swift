import Foundation
import LabelDesk
import Tables

/// A table that other programs have, or may be given: which spectrum each of its rows is.
struct SharedTable: Sendable {
  /// What messages name it by.
  let id: String
  /// Where it can be read.
  let url: String
  /// What people call it.
  let name: String
  /// The spectrum of each row; nil where the row names none.
  let rows: [SpectrumName?]
  private let places: [SpectrumName: Int]

  init(id: String, url: String, name: String, rows: [SpectrumName?]) {
    self.id = id
    self.url = url
    self.name = name
    self.rows = rows
    places = Dictionary(
      rows.enumerated().compactMap { row, name in name.map { ($0, row) } }, uniquingKeysWith: min)
  }

  /// Finds the spectra in a table by its columns of publisher DIDs and of collections.
  ///
  /// - Parameter collections: what the survey knows; where the table has no such column and there is one, it is meant.
  /// - Returns: nil where the columns are not there.
  init?(id: String, url: String, name: String, table: Table, collections: [String]) {
    guard let did = table.column(utype: "ssa:Curation.PublisherDID", name: "pub_did") else { return nil }
    let collection = table.column("service") ?? table.column("collection")
    if collection == nil, collections.count != 1 { return nil }
    let rows = (0..<table.rowCount).map { row -> SpectrumName? in
      guard let did = did.string(row), let place = collection?.string(row) ?? collections.first else {
        return nil
      }
      return SpectrumName(collection: place, did: did)
    }
    self.init(id: id, url: url, name: name, rows: rows)
  }

  /// The first row of a spectrum, from 0.
  func row(of name: SpectrumName) -> Int? { places[name] }

  /// Whether a message means this table, by its name or by its address.
  func isMeant(id: String?, url: String?) -> Bool {
    if let id, id == self.id { return true }
    guard let url else { return false }
    return Self.plain(url) == Self.plain(self.url)
  }

  /// An address as all programs would write it: `file:/a` and `file://localhost/a` are `file:///a`.
  static func plain(_ url: String) -> String {
    guard let path = path(url) else { return url }
    return "file://" + path
  }

  /// The path of a `file:` address; nil for others.
  static func path(_ url: String) -> String? {
    guard url.hasPrefix("file:") else { return nil }
    var rest = url.dropFirst("file:".count)
    for host in ["//localhost/", "///"] where rest.hasPrefix(host) { rest = rest.dropFirst(host.count - 1) }
    return rest.hasPrefix("/") ? String(rest).removingPercentEncoding : nil
  }
}
