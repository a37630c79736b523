internal import Tables

/// What a TAP service has: its tables and their columns (TAP 1.1, section 4), from TAP_SCHEMA or, where that fails, VOSI.
public struct TAPSchema: Sendable {
  private let tap: TAPService

  /// The schema of a service at an address; nothing is sent yet.
  public init(url: String, engine: TransferEngine) {
    tap = TAPService(url: url, engine: engine)
  }

  /// The tables, without their columns, by name.
  public func tables() async throws(ServiceError) -> [VOSI.TableMetadata] {
    let table: Table
    do throws(ServiceError) {
      table = try await rows("SELECT table_name, description FROM TAP_SCHEMA.tables ORDER BY table_name")
    } catch {
      guard error.kind != .transferFailed || error.transfer?.status != nil else { throw error }
      return try await VOSI(url: tap.url, engine: tap.engine).tables()
    }
    let name = table.finder(name: "table_name")
    let description = table.finder(name: "description")
    return (0..<table.rowCount).map { row in
      VOSI.TableMetadata(name: name.text(row) ?? "", description: description.text(row), columns: [])
    }
  }

  /// The columns of a table, in the order of the service; empty for a table that does not exist.
  ///
  /// - Parameter name: the table, in any case of letters.
  public func columns(of name: String) async throws(ServiceError) -> [VOSI.ColumnMetadata] {
    let literal = "'" + name.lowercased().replacing("'", with: "''") + "'"
    let table: Table
    do throws(ServiceError) {
      table = try await rows("SELECT * FROM TAP_SCHEMA.columns WHERE LOWER(table_name) = \(literal)")
    } catch {
      guard error.kind != .transferFailed || error.transfer?.status != nil else { throw error }
      let all = try await VOSI(url: tap.url, engine: tap.engine).tables()
      return all.first { $0.name.lowercased() == name.lowercased() }?.columns ?? []
    }
    func finder(_ name: String) -> CellFinder { table.finder(name: name) }
    let (names, units, ucds, utypes) = (finder("column_name"), finder("unit"), finder("ucd"), finder("utype"))
    let (types, sizes, texts, order) = (
      finder("datatype"), finder("arraysize"), finder("description"), finder("column_index")
    )
    let places = (0..<table.rowCount).sorted {
      (order.integer($0) ?? .max, $0) < (order.integer($1) ?? .max, $1)
    }
    return places.map { row in
      let size = sizes.text(row).map { $0 == "1" ? "" : "[\($0)]" } ?? ""
      return VOSI.ColumnMetadata(
        name: names.text(row) ?? "", description: texts.text(row), unit: units.text(row), ucd: ucds.text(row),
        utype: utypes.text(row), datatype: types.text(row).map { $0 + size })
    }
  }

  private func rows(_ query: String) async throws(ServiceError) -> Table {
    guard let table = try await tap.sync(query, maxrec: 200_000).results else {
      throw ServiceError(.noTable, url: tap.url, message: "the answer holds no table")
    }
    return table
  }
}
