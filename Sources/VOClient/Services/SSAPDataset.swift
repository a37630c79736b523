/// The rows of an answer that are one spectrum in several formats.
public struct SSAPDataset: Sendable {
  /// What the rows have in common: the publisher's identifier, or the Association.ID; `nil` for a row with neither.
  public var identifier: String?
  /// The rows, in the order of the answer; at least one.
  public var records: [SSAPRecord]

  /// The row whose format comes first in a list of wishes; the first row where none is among them.
  ///
  /// - Parameter formats: media types, or `fits` and `votable` for any form of these.
  public func record(preferring formats: [String]) -> SSAPRecord {
    for wish in formats {
      if let found = records.first(where: { $0.has(format: wish) }) { return found }
    }
    return records[0]
  }
}

extension SSAPRecord {
  /// Whether the row is of a format: a media type, or `fits` and `votable` for any form of these.
  public func has(format wanted: String) -> Bool {
    guard let format else { return false }
    let type = MediaType(format)
    switch wanted.lowercased() {
    case "fits": return type.isFITS
    case "votable": return type.isVOTable && !type.isDataLink
    default: return type.satisfies(MediaType(wanted))
    }
  }

  /// Whether ``accessURL`` leads to links of the spectrum instead of the spectrum.
  public var isDataLink: Bool { format.map { MediaType($0).isDataLink } ?? false }
}

extension SSAPAnswer {
  /// The spectra: rows with one publisher's identifier are one, and so are those of one Association.ID where the
  /// Association.Type is MultiFormat (SSA 1.1, section 4.2.5.3).
  ///
  /// In the order of their first rows. Rows that have neither are a spectrum each, unless their address is the same.
  public var datasets: [SSAPDataset] {
    var places: [String: Int] = [:]
    var found: [SSAPDataset] = []
    for record in records {
      var keys = [record.publisherDID.map { "did " + $0 }].compactMap { $0 }
      if record.isMultiFormat, let association = record.associationID {
        keys.append("association " + association)
      }
      if keys.isEmpty, let address = record.accessURL { keys.append("address " + address) }
      if let place = keys.lazy.compactMap({ places[$0] }).first {
        found[place].records.append(record)
        for key in keys where places[key] == nil { places[key] = place }
      } else {
        for key in keys { places[key] = found.count }
        found.append(SSAPDataset(identifier: record.publisherDID ?? record.associationID, records: [record]))
      }
    }
    return found
  }

  /// One row for each spectrum, in the format that comes first in a list of wishes.
  public func distinct(preferring formats: [String] = ["fits", "votable"]) -> [SSAPRecord] {
    datasets.map { $0.record(preferring: formats) }
  }
}
