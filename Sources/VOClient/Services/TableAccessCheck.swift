internal import Tables

/// The questions to a TAP service.
struct TableAccessCheck {
  let tap: TAPService
  let table: String?

  init(url: String, table: String?, engine: TransferEngine) {
    tap = TAPService(url: url, engine: engine)
    self.table = table
  }

  func run() async -> [ServiceCheck.Finding] {
    var findings = [
      await ServiceCheck.timed("query") { () async throws(ServiceError) in
        let document = try await tap.sync("SELECT table_name FROM TAP_SCHEMA.tables", maxrec: 2)
        let rows = document.results?.rowCount ?? 0
        switch document.queryStatus {
        case .overflow: return (.good, "\(rows) rows for MAXREC=2, OVERFLOW told")
        default: return (rows > 2 ? .habit : .bad, "\(rows) rows for MAXREC=2, OVERFLOW not told")
        }
      }
    ]
    if let table {
      findings.append(
        await ServiceCheck.timed("table") { () async throws(ServiceError) in
          let columns = try await TAPSchema(url: tap.url, engine: tap.engine).columns(of: table)
          return columns.isEmpty ? (.bad, "no table \(table)") : (.good, "\(table): \(columns.count) columns")
        })
    }
    findings.append(
      await ServiceCheck.timed("upload") { () async throws(ServiceError) in
        let three = Table(columns: [Column(Field(name: "n", datatype: .int), ints: [1, 2, 3] as [Int32?])])
        let document = try await tap.sync(
          "SELECT n FROM TAP_UPLOAD.three WHERE n > 1", uploads: [.init(name: "three", table: three)])
        let rows = document.results?.rowCount ?? 0
        return rows == 2 ? (.good, "tables can be sent along") : (.bad, "\(rows) rows came back instead of 2")
      } missing: {
        "not taken: \($0.message)"
      })
    findings.append(
      await ServiceCheck.timed("async") { () async throws(ServiceError) in
        let job = try await tap.makeJob("SELECT TOP 1 table_name FROM TAP_SCHEMA.tables", maxrec: 1)
        let state = try await job.state()
        try await job.delete()
        return (.good, "jobs can be made and removed (\(state.phase.rawValue.lowercased()))")
      } missing: {
        "no jobs: \($0.message)"
      })
    return findings
  }
}
