import Foundation
import LabelDesk
import SAMP
import Survey
import Tables
import VOClient

/// Ties the label desk to TOPCAT and others: a row there shows its spectrum here and the other way round, a selection
/// there becomes a set to label here, and what was found here a selection there.
///
/// It waits for a hub and stays with it; a hub that ends and comes again finds it registered within seconds.
actor DeskLink {
  private let survey: SurveyFolder
  private let client: SAMPClient
  private let engine: TransferEngine
  private let shown: AsyncStream<SpectrumName>
  private let shows: AsyncStream<SpectrumName>.Continuation
  private var desk: LabelDesk?
  private var set: SharedTable?
  /// Whether another program was given the set.
  private var isSetKnown = false
  private var candidates: (table: SharedTable, modified: Date)?
  /// What other programs sent.
  private var received: [SharedTable] = []
  /// Spectra that other programs have just shown: their rows are not told back.
  private var guests = Recent<SpectrumName>()
  /// Spectra told lately, that come back as echoes from programs that tell every row they show.
  private var told = Recent<SpectrumName>()

  /// Tables of other programs that are kept in mind.
  private static let receivedKept = 16
  /// Longest table that is read from another program, bytes.
  private static let longestTable = 1 << 28

  init(
    survey: SurveyFolder, engine: TransferEngine,
    environment: [String: String] = HubAddress.processEnvironment
  ) {
    self.survey = survey
    self.engine = engine
    client = SAMPClient(metadata: .votrawl, environment: environment)
    // Of spectra leafed through quickly only the last matters.
    (shown, shows) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
  }

  /// Links a desk until the task is cancelled.
  func run(_ desk: LabelDesk) async {
    self.desk = desk
    await client.obey("table.highlight.row") { [weak self] message, _ in
      await self?.highlight(message) ?? .error("the desk is closed")
    }
    await client.obey("table.select.rowList") { [weak self] message, sender in
      await self?.select(message, from: sender) ?? .error("the desk is closed")
    }
    await client.obey("table.load.votable") { [weak self] message, sender in
      await self?.load(message, from: sender) ?? .error("the desk is closed")
    }
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await self.client.run(interval: 5) }
      group.addTask { for await name in self.shown { await self.tell(name) } }
      group.addTask { await self.report() }
    }
    await client.stop()
  }

  /// Does what the desk's person wants of other programs.
  ///
  /// - Returns: what the page shall say of it.
  func hear(_ event: DeskEvent) async -> String? {
    switch event {
    case .opened(let set):
      await share(set)
      return nil
    case .shown(let name):
      shows.yield(name)
      return nil
    case .sent(let name): return await send(name)
    case .selected(let names): return await select(names)
    case .acted: return nil
    }
  }

  private func report() async {
    var wasConnected = false
    for await isConnected in await client.connections() where isConnected != wasConnected {
      wasConnected = isConnected
      try? await desk?.obey(.say(isConnected ? "Linked to the SAMP hub." : "The SAMP hub is gone."))
    }
  }

  // MARK: Tables

  private func share(_ new: LabelSet) async {
    let id = "votrawl:\(survey.path)#\(new.title)"
    guard let bytes = try? SpectraTable.bytes(of: new.items.map(\.spectrum), name: new.title),
      let url = try? await client.share(
        SharedFile(contentType: "application/x-votable+xml", bytes: bytes),
        as: new.title.replacing(" ", with: "-") + ".vot")
    else { return }
    isSetKnown = false
    set = SharedTable(id: id, url: url, name: new.title, rows: new.items.map { SpectrumName($0.spectrum) })
  }

  /// The survey's candidates as they are now, under the name by which `votrawl send` sends them.
  private func candidateTable() -> SharedTable? {
    let path = survey.path + "/candidates.vot"
    guard let attributes = try? FileManager.default.attributesOfItem(atPath: path),
      let modified = attributes[.modificationDate] as? Date, let file = try? Outgoing(path, as: .table)
    else { return nil }
    if let candidates, candidates.modified == modified { return candidates.table }
    guard let table = try? TableFile.read(path: path),
      let shared = SharedTable(
        id: file.identifier, url: file.url, name: "candidates", table: table, collections: collections)
    else { return nil }
    candidates = (shared, modified)
    return shared
  }

  private var collections: [String] { (survey.configuration.service ?? []).map(\.name) }

  /// All tables whose rows are known to be spectra of the survey; first those that others probably have.
  private var tables: [SharedTable] { received.reversed() + [candidateTable(), set].compactMap(\.self) }

  // MARK: From others

  private func table(of message: SAMPMessage) async -> SharedTable? {
    let (id, url) = (message.text("table-id"), message.text("url"))
    if let known = tables.first(where: { $0.isMeant(id: id, url: url) }) { return known }
    // A file of this machine that another program opened by itself.
    guard let url, let path = SharedTable.path(url), let table = try? TableFile.read(path: path) else {
      return nil
    }
    return remember(table, id: id ?? url, url: url, name: (path as NSString).lastPathComponent)
  }

  private func remember(_ table: Table, id: String, url: String, name: String) -> SharedTable? {
    guard let shared = SharedTable(id: id, url: url, name: name, table: table, collections: collections)
    else {
      return nil
    }
    received.removeAll { $0.id == id }
    received.append(shared)
    if received.count > Self.receivedKept { received.removeFirst() }
    return shared
  }

  private func highlight(_ message: SAMPMessage) async -> SAMPReply {
    guard let table = await table(of: message) else {
      return .error("no table whose rows are spectra of \(survey.configuration.name)")
    }
    guard let row = message.text("row").flatMap(Int.init), table.rows.indices.contains(row) else {
      return .error("\(table.name) has rows 0 to \(table.rows.count - 1)")
    }
    guard let name = table.rows[row] else { return .error("row \(row) names no spectrum") }
    if told.contains(name) { return .ok() }
    guests.insert(name)
    do {
      try await desk?.obey(.show(name))
      return .ok()
    } catch {
      return .error("\(error)")
    }
  }

  private func select(_ message: SAMPMessage, from sender: String) async -> SAMPReply {
    guard let table = await table(of: message) else {
      return .error("no table whose rows are spectra of \(survey.configuration.name)")
    }
    let rows = (message.parameters["row-list"]?.list ?? []).compactMap { $0.text.flatMap(Int.init) }
    let names = rows.filter(table.rows.indices.contains).compactMap { table.rows[$0] }
    guard !names.isEmpty else { return .error("the selection names no spectrum") }
    do {
      let title = "selection from \(await client.name(of: sender))"
      try await desk?.obey(.ask(names, title: title))
      return names.count < rows.count ? .warning("\(rows.count - names.count) rows name no spectrum") : .ok()
    } catch {
      return .error("\(error)")
    }
  }

  private func load(_ message: SAMPMessage, from sender: String) async -> SAMPReply {
    guard let url = message.text("url") else { return .error("no url") }
    do {
      let title = message.text("name") ?? url
      guard
        let shared = remember(
          try await read(url), id: message.text("table-id") ?? url, url: url, name: title)
      else { return .error("\(title) has no column pub_did that names spectra") }
      let words =
        "\(await client.name(of: sender)) sent \(shared.name): select rows there to label them here."
      try await desk?.obey(.say(words))
      return .ok()
    } catch {
      return .error("\(error)")
    }
  }

  private func read(_ url: String) async throws -> Table {
    if let path = SharedTable.path(url) { return try TableFile.read(path: path) }
    let answer = try await engine.data(TransferRequest(url: url, maxBytes: Self.longestTable))
    return try TableFile.document(bytes: answer.body, base: url).requireResults()
  }

  // MARK: To others

  private func tell(_ name: SpectrumName) async {
    if guests.contains(name) { return }
    told.insert(name)
    for table in tables where isSetKnown || table.id != set?.id {
      guard let row = table.row(of: name) else { continue }
      try? await client.notify(.highlightRow(row, tableID: table.id, url: table.url))
    }
  }

  private func send(_ name: SpectrumName) async -> String {
    do throws(SAMPError) {
      var receivers: Set<String> = []
      if let table = tables.first(where: { $0.row(of: name) != nil }), let row = table.row(of: name) {
        for peer in try await client.peers(for: "table.load.votable") {
          try await point(at: row, of: table, in: peer)
          receivers.insert(peer.name)
        }
      }
      guard let record = try? survey.spectrum(collection: name.collection, did: name.did) else {
        return "The survey has no spectrum \(name.did)."
      }
      if let message = spectrum(record) {
        for peer in try await client.peers(for: message.mtype) {
          try await client.notify(message, to: peer)
          receivers.insert(peer.name)
        }
      }
      if let ra = record.ra, let dec = record.dec { try await client.notify(.pointAt(ra: ra, dec: dec)) }
      return receivers.isEmpty
        ? "The SAMP hub knows no program that loads tables or spectra: start TOPCAT."
        : "Sent to \(receivers.sorted().joined(separator: ", "))."
    } catch {
      return error.description
    }
  }

  /// Has a program show a row; it loads the table first unless it has it.
  private func point(at row: Int, of table: SharedTable, in peer: SAMPPeer) async throws(SAMPError) {
    let message = SAMPMessage.highlightRow(row, tableID: table.id, url: table.url)
    if (try? await client.call(message, to: peer, timeout: 10)) != nil { return }
    try await client.call(.loadVOTable(url: table.url, tableID: table.id, name: table.name), to: peer)
    if table.id == set?.id { isSetKnown = true }
    // Not every program that loads tables shows rows.
    _ = try? await client.call(message, to: peer, timeout: 10)
  }

  private func spectrum(_ record: SpectrumRecord) -> SAMPMessage? {
    let kept = try? survey.keptFile(of: record)
    guard let url = kept.map({ URL(fileURLWithPath: $0).absoluteString }) ?? record.accessURL else {
      return nil
    }
    var meta = [
      "Access.Reference": url, "Target.Name": record.designation, "vox:spectrum_title": record.designation,
      "Curation.PublisherDID": record.did,
    ]
    meta["Access.Format"] = kept == nil ? record.accessFormat : "application/fits"
    return .loadSpectrum(url: url, meta: meta, spectrumID: record.did, name: record.designation)
  }

  private func select(_ names: [SpectrumName]) async -> String {
    guard !names.isEmpty else { return "Nothing found in this set so far: nothing to select." }
    let choices = tables.map { table in (table, names.compactMap { table.row(of: $0) }) }
    // The first of those that contain most.
    guard let most = choices.map(\.1.count).max(), most > 0,
      let (table, rows) = choices.first(where: { $0.1.count == most })
    else { return "No table for other programs contains these spectra." }
    do throws(SAMPError) {
      let peers = try await client.peers(for: "table.select.rowList")
      for peer in peers {
        try await point(at: rows[0], of: table, in: peer)
        try await client.call(.selectRows(rows, tableID: table.id, url: table.url), to: peer)
      }
      return peers.isEmpty
        ? "The SAMP hub knows no program that takes selections: start TOPCAT."
        : "\(rows.count) rows of \(table.name) selected in \(peers.map(\.name).joined(separator: ", "))."
    } catch {
      return error.description
    }
  }
}

/// What was put in within the last three seconds.
private struct Recent<Element: Hashable> {
  private var times: [Element: ContinuousClock.Instant] = [:]

  mutating func insert(_ element: Element) {
    times = times.filter { $0.value.duration(to: .now) < .seconds(3) }
    times[element] = .now
  }

  func contains(_ element: Element) -> Bool {
    guard let time = times[element] else { return false }
    return time.duration(to: .now) < .seconds(3)
  }
}
