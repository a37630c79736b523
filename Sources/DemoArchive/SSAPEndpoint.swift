import Classifier
import Tables

/// Simple Spectral Access 1.1: which spectra there are.
struct SSAPEndpoint: Sendable {
  /// The collection.
  let collection: DemoCollection
  /// Base URL of the archive.
  let base: String
  /// Limits and habits.
  let configuration: DemoArchiveConfiguration

  /// Answers a query; errors are VOTables with HTTP status 200, as SSA 1.1 (§4.4) has it.
  func answer(_ parameters: Parameters) -> Answer {
    do {
      let request = try SSAPRequest(parameters, sizeIsRadius: configuration.habits.takesSizeForRadius)
      return request.wantsMetadata ? metadata(request) : results(request)
    } catch {
      return failure(error.message)
    }
  }

  private func results(_ request: SSAPRequest) -> Answer {
    let limit = min(request.maxrec ?? configuration.defaultMaxrec, configuration.hardMaxrec)
    var rows: [SSAPRow] = []
    var isCut = false
    search: for index in candidates(request) {
      let record = collection.records[index]
      guard matches(record, request) else { continue }
      for row in SSAPRow.rows(of: record, in: collection) where request.wants(row.mediaType) {
        if rows.count == limit {
          isCut = true
          break search
        }
        rows.append(row)
      }
    }
    let table = SSAPTable(collection: collection, base: base).table(rows)
    return document(
      table, status: isCut ? "OVERFLOW" : "OK", encoding: request.encoding,
      text: isCut ? "There are more spectra than the \(limit) rows of this answer." : "")
  }

  /// The description of the service (FORMAT=METADATA, §4.1.1.5): inputs and outputs as PARAMs of an empty table.
  private func metadata(_ request: SSAPRequest) -> Answer {
    let layout = SSAPTable(collection: collection, base: base)
    var table = layout.table([])
    if request.formats == ["metadata"] {
      let outputs = table.fields.map { field in
        var output = field
        output.name = "OUTPUT:" + field.name
        output.id = nil
        output.ref = nil
        return Parameter(field: output, value: "")
      }
      table.parameters += layout.inputParameters(configuration) + outputs
    }
    return document(table, status: "OK", encoding: .tabledata, text: "")
  }

  private func candidates(_ request: SSAPRequest) -> [Int] {
    if !request.identifiers.isEmpty {
      return request.identifiers.compactMap { collection.record(publisherDID: $0)?.index }
    }
    if let cone = request.cone {
      return collection.cone(ra: cone.ra, dec: cone.dec, radius: cone.radius)
    }
    return Array(collection.records.indices)
  }

  private func matches(_ record: SimulatedRecord, _ request: SSAPRequest) -> Bool {
    let half = record.exposure / 172_800
    guard request.matches(wavelengths: (record.firstWavelength * 1e-10, record.lastWavelength * 1e-10)),
      request.matches(time: (record.mjd - half, record.mjd + half)),
      request.targets.isEmpty || request.targets.contains(record.objectName.lowercased())
    else { return false }
    guard let cone = request.cone, !request.identifiers.isEmpty else { return true }
    return collection.cone(ra: cone.ra, dec: cone.dec, radius: cone.radius).contains(record.index)
  }

  private func document(_ table: Table, status: String, encoding: TableEncoding, text: String) -> Answer {
    let descriptors = ServiceDescriptors(collection: collection, base: base)
    let results = Resource(
      type: "results",
      infos: [
        Info(name: "SERVICE_PROTOCOL", value: "1.1", text: "SSAP"),
        Info(name: "QUERY_STATUS", value: status, text: text),
        Info(name: "standardID", value: "ivo://ivoa.net/std/ssap"),
        Info(
          name: "simulated", value: "true", text: "These spectra were never observed: VOTrawl simulated them."
        ),
      ],
      coosys: [CoordinateSystem(id: "system", system: "ICRS")],
      timesys: [
        TimeSystem(id: "time", timescale: "UTC", refposition: "TOPOCENTER", timeorigin: "MJD-origin")
      ],
      tables: [table])
    let document = VOTableDocument(
      resources: [
        results, descriptors.links, descriptors.cutout(id: "proc_svc", identifier: nil, record: nil),
      ],
      description: "Simulated spectra of VOTrawl's demo archive")
    guard let bytes = encoding.bytes(of: document) else { return failure("the answer could not be written") }
    return Answer(type: "application/x-votable+xml", body: bytes)
  }

  private func failure(_ message: String) -> Answer {
    let document = VOTableDocument(resources: [
      Resource(
        type: "results",
        infos: [
          Info(name: "SERVICE_PROTOCOL", value: "1.1", text: "SSAP"),
          Info(name: "QUERY_STATUS", value: "ERROR", text: message),
        ])
    ])
    return Answer(type: "application/x-votable+xml", body: TableEncoding.tabledata.bytes(of: document) ?? [])
  }
}
