import Foundation
import Tables
import Testing

@testable import VOClient

/// Habits of DaCHS 2.7 that a client must know, against a real server; `dachs-habits.md` says which test meets which.
@Suite(.enabled(if: TestData.manyServer != nil, TestData.noServer), .serialized) struct DaCHSHabitTests {
  let base = TestData.manyServer ?? ""
  let engine = Fixture.engine()

  private func ssap(_ collection: String) -> SSAPService {
    SSAPService(url: "\(base)/\(collection)/q/ssa/ssap.xml?", engine: engine)
  }

  @Test func `Refusals of the cut-out service have its words`() async throws {
    let answer = try await ssap("ccd700").query(SSAPQuery(maxrec: 2))
    let id = try #require(answer.records.first?.publisherDID)
    let address = try #require(WebAddress(base + "/ccd700/q/sdl/dlget"))
    for (name, value) in [("BAND", "foo"), ("FLUXCALIB", "golden"), ("NOSUCH", "1")] {
      let url = address.adding([("ID", id), (name, value)]).text
      let error = await #expect(throws: ServiceError.self) {
        do throws(TransferError) {
          _ = try await engine.data(TransferRequest(url: url))
        } catch {
          throw SODACutout.failure(error)
        }
      }
      #expect(error?.code == "SVC-04" && error?.transfer?.status == 422, "\(name)")
      #expect(error?.message.lowercased().contains(name.lowercased()) == true, "\(error?.message ?? "")")
    }
  }

  @Test func `A links request without identifiers is empty`() async throws {
    let service = DataLinkService(url: base + "/ccd700/q/sdl/dlmeta", engine: engine)
    #expect(try await service.document().isEmpty)
    #expect(try await service.links(ids: []).links.isEmpty)
  }

  @Test func `No parameter is ever sent twice`() async throws {
    // One in the address, one in the query: the server would take the first, the address's.
    let narrow = SSAPService(url: "\(base)/ccd700/q/ssa/ssap.xml?MAXREC=1&", engine: engine)
    #expect(try await narrow.query(SSAPQuery(maxrec: 3)).records.count == 3)
    let url = try #require(SSAPQuery(maxrec: 3, extra: [("maxrec", "2")]).url(base: narrow.url))
    #expect(url.lowercased().components(separatedBy: "maxrec=").count == 2)
  }

  @Test func `Unknown parameters are ignored or refused`() async throws {
    let answer = try await ssap("ccd700").query(SSAPQuery(maxrec: 2, extra: [("NOSUCH", "1")]))
    #expect(answer.records.count == 2)
    let id = try #require(answer.records.first?.publisherDID)
    let links = DataLinkService(url: base + "/ccd700/q/sdl/dlmeta?NOSUCH=1", engine: engine)
    let error = await #expect(throws: ServiceError.self) { try await links.links(ids: [id]) }
    #expect(error?.message.contains("nosuch") == true)
  }

  @Test func `A circle that is too wide is refused with a hint`() async throws {
    let error = await #expect(throws: ServiceError.self) {
      try await ssap("ccd700").query(SSAPQuery(position: (ra: 10, dec: 20), size: 170, maxrec: 1))
    }
    #expect(
      error?.code == "SVC-04" && error?.hint?.contains("radius") == true, "\(error.map { "\($0)" } ?? "")")
  }

  @Test func `What the server takes amiss is not sent`() async throws {
    for query in [
      SSAPQuery(position: (ra: 40, dec: 95), size: 1), SSAPQuery(position: (ra: 40, dec: 5)),
      SSAPQuery(size: 1),
      SSAPQuery(band: (lower: 7e-7, upper: 6e-7)), SSAPQuery(maxrec: -1),
      SSAPQuery(time: (lower: 60_000, upper: 50_000)),
    ] {
      let error = await #expect(throws: ServiceError.self) { try await ssap("ccd700").query(query) }
      #expect(error?.code == "SVC-01")
    }
    // A right ascension beyond the circle is turned into it.
    let turned = try await ssap("ccd700").query(SSAPQuery(position: (ra: -20, dec: 20), size: 40, maxrec: 5))
    #expect(turned.url.contains("POS=340,20"))
  }

  @Test func `The format fits finds images, too`() async throws {
    let answer = try await ssap("lamost").query(SSAPQuery(format: "fits", maxrec: 5))
    #expect(!answer.records.isEmpty && answer.records.allSatisfy { $0.has(format: "fits") })
    let votables = try await ssap("ccd700").query(SSAPQuery(format: "votable", maxrec: 5))
    #expect(!votables.records.isEmpty && votables.records.allSatisfy { $0.has(format: "votable") })
  }

  @Test func `Answers come compressed and whole`() async throws {
    let url = try #require(SSAPQuery(maxrec: 100).url(base: ssap("ccd700").url))
    let response = try await engine.data(TransferRequest(url: url))
    #expect(response.headers["Content-Encoding"] == "gzip" && response.headers["Content-Length"] == nil)
    #expect(response.kind == .votable && response.bytesReceived == response.body.count)
    #expect(String(decoding: response.body.suffix(12), as: UTF8.self).contains("</VOTABLE>"))
  }

  @Test func `The links service takes the program for no browser`() async throws {
    #expect(!TransferConfiguration().userAgent.contains("Mozilla"))
    #expect(!TransferConfiguration.userAgent(contact: "me@observatory.example").contains("Mozilla"))
    let answer = try await ssap("ccd700").query(SSAPQuery(maxrec: 1))
    let id = try #require(answer.records.first?.publisherDID)
    let address = try #require(WebAddress(base + "/ccd700/q/sdl/dlmeta")?.adding([("ID", id)]).text)
    #expect(try await engine.data(TransferRequest(url: address)).kind == .votable)
    let browser = TransferRequest(url: address, headers: [("User-Agent", "Mozilla/5.0")])
    #expect(try await engine.data(browser).kind == .html)
  }

  @Test func `An embargoed file needs its password`() async throws {
    let all =
      try await ssap("ccd700").query(SSAPQuery(maxrec: 100_000)).records
      + (try await ssap("lamost").query(SSAPQuery(maxrec: 100_000))).records
    // The bench puts files of a folder of this name under embargo; without one there is nothing to ask for.
    guard
      let url = all.lazy.compactMap(\.accessURL).first(where: {
        $0.contains("embargoed") && !$0.hasSuffix(".vot")
      })
    else { return }
    let error = await #expect(throws: TransferError.self) { try await engine.data(TransferRequest(url: url)) }
    #expect(error?.status == 401)
    let host = try #require(URL(string: base))
    let named = Fixture.engine {
      $0.authentication["\(host.host ?? ""):\(host.port ?? 80)"] = .basic(user: "bench", password: "secret")
    }
    defer { named.shutdown() }
    #expect(try await named.data(TransferRequest(url: url)).kind == .fits)
    let wrong = Fixture.engine {
      $0.authentication["\(host.host ?? ""):\(host.port ?? 80)"] = .basic(user: "bench", password: "wrong")
    }
    defer { wrong.shutdown() }
    let refused = await #expect(throws: TransferError.self) {
      try await wrong.data(TransferRequest(url: url))
    }
    #expect(refused?.status == 401 && "\(refused.map { "\($0)" } ?? "")".contains("wrong") == false)
  }
}
