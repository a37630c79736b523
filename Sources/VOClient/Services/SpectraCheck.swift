internal import Tables

/// The questions to an SSAP service.
struct SpectraCheck {
  let service: SSAPService
  let base: SSAPQuery

  func run() async -> [ServiceCheck.Finding] {
    var first: SSAPAnswer?
    var findings = [
      await ServiceCheck.timed("query") { () async throws(ServiceError) in
        let answer = try await ask { $0.maxrec = 5 }
        first = answer
        return answer.records.isEmpty
          ? (.bad, "no rows") : (.good, "\(answer.records.count) rows for MAXREC=5")
      }
    ]
    guard let answer = first else { return findings }
    findings.append(overflow(answer))
    findings.append(columns(answer))
    findings.append(
      await ServiceCheck.timed("MAXREC=0") { () async throws(ServiceError) in
        let empty = try await ask { $0.maxrec = 0 }
        return empty.table.rowCount == 0
          ? (.good, "columns only, \(empty.table.columns.count) of them")
          : (.habit, "ignored: \(empty.table.rowCount) rows")
      } missing: {
        "refused: \($0.message)"
      })
    findings.append(await size(answer))
    findings.append(
      await ServiceCheck.timed("METADATA") { () async throws(ServiceError) in
        let metadata = try await service.metadata()
        return metadata.inputs.isEmpty
          ? (.habit, "no parameters are told")
          : (.good, "parameters " + metadata.inputs.map(\.name).joined(separator: ", "))
      } missing: {
        "not known: \($0.message)"
      })
    findings.append(
      await ServiceCheck.timed("BINARY2") { () async throws(ServiceError) in
        let other = try await ask {
          $0.maxrec = 5
          $0.responseFormat = "application/x-votable+xml;serialization=BINARY2"
        }
        let isSame = other.records.map(\.accessURL) == answer.records.map(\.accessURL)
        return isSame
          ? (.good, "answers, with the same rows") : (.habit, "other rows than in the default form")
      } missing: {
        "refused: \($0.message)"
      })
    findings.append(services(answer))
    findings.append(await file(answer))
    return findings
  }

  private func ask(_ change: (inout SSAPQuery) -> Void) async throws(ServiceError) -> SSAPAnswer {
    var query = base
    change(&query)
    return try await service.query(query)
  }

  private func overflow(_ answer: SSAPAnswer) -> ServiceCheck.Finding {
    let rows = answer.table.rowCount
    let (verdict, message): (ServiceCheck.Verdict, String) =
      switch answer.status {
      case .overflow: (.good, "told (OVERFLOW)")
      case .ok where rows < 5: (.unknown, "the service has no more than \(rows) rows")
      case .ok where rows > 5: (.habit, "MAXREC is ignored: \(rows) rows")
      case .ok:
        (.bad, "not told: 5 rows for MAXREC=5 and status OK; a crawl cannot know that rows are missing")
      case .error(let text): (.bad, "ERROR after rows: \(text)")
      }
    return .init(what: "overflow", verdict: verdict, message: message)
  }

  private func columns(_ answer: SSAPAnswer) -> ServiceCheck.Finding {
    let rows = answer.records
    let facts: [(String, Bool)] = [
      ("access URLs", rows.allSatisfy { $0.accessURL != nil }),
      ("formats", rows.allSatisfy { $0.format != nil }),
      ("publisher DIDs", rows.allSatisfy { $0.publisherDID != nil }),
      ("positions", rows.allSatisfy { $0.ra != nil && $0.dec != nil }),
      ("dates", rows.allSatisfy { $0.dateObs != nil }),
      ("bands", rows.allSatisfy { $0.spectralStart != nil }),
    ]
    let lacking = facts.filter { !$0.1 }.map(\.0)
    let isUsable = facts[0].1
    return .init(
      what: "columns", verdict: lacking.isEmpty ? .good : isUsable ? .habit : .bad,
      message: lacking.isEmpty
        ? facts.map(\.0).joined(separator: ", ") + " in every row"
        : "not in every row: " + lacking.joined(separator: ", "))
  }

  /// Whether SIZE is taken for a diameter (the standard), for a radius, or not at all.
  private func size(_ answer: SSAPAnswer) async -> ServiceCheck.Finding {
    guard
      let (ra, dec) = answer.records.lazy.compactMap({ record in
        record.ra.flatMap { ra in record.dec.map { (ra, $0) } }
      }).first
    else { return .init(what: "SIZE", verdict: .unknown, message: "no positions to ask for") }
    return await ServiceCheck.timed("SIZE") { () async throws(ServiceError) in
      // Wider and wider circles round a spectrum, until rows beyond one tell how SIZE is understood.
      for size in [0.5, 5, 40] {
        let asked = try await ask {
          $0.position = (ra, dec)
          $0.size = size
          $0.maxrec = 1000
        }
        guard !asked.records.isEmpty else { return (.bad, "a cone round a spectrum that is listed is empty") }
        guard asked.rejectedCount > 0 else { continue }
        let wide = SSAPQuery(position: (ra, dec), size: 2 * size)
        let all = try SSAPAnswer(document: asked.document, query: wide, url: asked.url)
        return all.rejectedCount == 0
          ? (.habit, "taken for a radius: \(asked.rejectedCount) rows beyond the circle, which are left out")
          : (.bad, "ignored: \(all.rejectedCount) rows from elsewhere, which are left out")
      }
      return (.good, "a diameter: nothing beyond the circle")
    } missing: {
      "refused: \($0.message)"
    }
  }

  private func services(_ answer: SSAPAnswer) -> ServiceCheck.Finding {
    var words: [String] = []
    if let links = answer.linksDescriptor { words.append("links at \(links.accessURL)") }
    if let descriptor = answer.cutoutDescriptor {
      do throws(ServiceError) {
        _ = try SODACutout(descriptor)
        words.append("cut-outs at \(descriptor.accessURL)")
      } catch {
        words.append("a SODA service without cut-outs of wavelengths")
      }
    }
    return .init(
      what: "services", verdict: words.isEmpty ? .habit : .good,
      message: words.isEmpty ? "no links or cut-outs are described" : words.joined(separator: ", "))
  }

  /// Whether the first spectrum is there and can be had in parts.
  private func file(_ answer: SSAPAnswer) async -> ServiceCheck.Finding {
    guard
      let record = answer.records.first(where: { $0.accessURL != nil && $0.has(format: "fits") })
        ?? answer.records.first(where: { $0.accessURL != nil }), let url = record.accessURL
    else { return .init(what: "file", verdict: .unknown, message: "no address to ask") }
    return await ServiceCheck.timed("file") { () async throws(ServiceError) in
      let response: TransferResponse
      do throws(TransferError) {
        response = try await service.engine.data(TransferRequest(url: url, range: 0..<2880))
      } catch {
        throw ServiceError(error)
      }
      let kinds = record.contentKinds
      if !kinds.isEmpty, response.status == 200, !kinds.contains(response.kind) {
        return (.bad, "\(record.format ?? "a spectrum") is announced, \(response.kind) comes")
      }
      return response.status == 206
        ? (.good, "\(record.format ?? "?"), in parts too (Range)")
        : (.habit, "\(record.format ?? "?"), whole only (\(response.bytesReceived) bytes)")
    }
  }
}
