import Classifier
import DemoArchive
import Foundation
import Tables
import Testing

@Suite struct DataLinkAnswerTests {
  @Test func descriptorsInTheSSAPAnswerLeadToLinksAndCutouts() async throws {
    try await RunningArchive.with(ondrejov: 10, lamost: 10) { running async throws in
      let document = try await running.query("lamost", [("MAXREC", "1")])
      let services = document.allResources.filter { $0.utype == "adhoc:service" }
      let standards = services.compactMap { service in
        service.parameters.first { $0.name == "standardID" }?.value
      }
      #expect(standards == ["ivo://ivoa.net/std/DataLink#links-1.1", "ivo://ivoa.net/std/SODA#sync-1.0"])
      for service in services {
        let url = try #require(service.parameters.first { $0.name == "accessURL" }?.value)
        let input = try #require(service.groups.first?.parameters.first { $0.name == "ID" })
        #expect(input.field.ref == "ssa_pubDID")
        let table = try document.requireResults()
        let id = try #require(table.column("ssa_pubDID")?.string(0))
        #expect(table.columns.contains { $0.field.id == "ssa_pubDID" })
        #expect(try await running.get(url, [("ID", id)]).status == 200)
      }
    }
  }

  @Test func manyIdentifiersByGetAndByPost() async throws {
    try await RunningArchive.with { running async throws in
      let ids = try await running.identifiers("lamost", [("MAXREC", "40")])
      let get = try await running.get("/lamost/links", ids.map { ("ID", $0) })
      let form = ids.map { "ID=" + ($0.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "") }
      let post = try await running.get("/lamost/links", method: "POST", form: form.joined(separator: "&"))
      #expect(get.body == post.body)
      #expect(get.headers["content-type"] == "application/x-votable+xml;content=datalink")
      let document = try VOTableReader().read(bytes: get.body)
      let table = try document.requireResults()
      let semantics = try #require(table.column("semantics"))
      let column = try #require(table.column("ID"))
      #expect(
        ids.allSatisfy { id in
          (0..<table.rowCount).contains { column.string($0) == id && semantics.string($0) == "#this" }
        })
      for row in 0..<table.rowCount where semantics.string(row) == "#proc" {
        let name = table.column("service_def")?.string(row)
        let service = try #require(document.allResources.first { $0.id == name })
        #expect(service.groups.first?.parameters.first { $0.name == "ID" }?.value == column.string(row))
        let band = try #require(service.groups.first?.parameters.first { $0.name == "BAND" })
        #expect(band.field.values?.minimum != nil && band.field.xtype == "interval" && band.field.unit == "m")
      }
    }
  }

  @Test func unknownIdentifiersGetAFaultRow() async throws {
    try await RunningArchive.with(ondrejov: 10, lamost: 10) { running async throws in
      let good = try await running.identifiers("ondrejov", [("MAXREC", "1")])[0]
      let reply = try await running.get("/ondrejov/links", [("ID", "ivo://elsewhere/x"), ("ID", good)])
      let table = try VOTableReader().read(bytes: reply.body).requireResults()
      #expect(table.column("error_message")?.string(0)?.hasPrefix("NotFoundFault") == true)
      #expect(table.column("access_url")?.isNull(0) == true)
      #expect(table.rowCount == 5)
      let none = try await running.get("/ondrejov/links")
      #expect(try VOTableReader().read(bytes: none.body).requireResults().rowCount == 0)
      #expect(try await running.get("/ondrejov/links", [("NOSUCH", "1")]).status == 422)
    }
  }

  @Test func theSilentLimitNeverCutsWithinAnIdentifier() async throws {
    try await RunningArchive.with(habits: .dachs) { running async throws in
      let ids = try await running.identifiers("lamost", [("MAXREC", "60")])
      let reply = try await running.get("/lamost/links", ids.map { ("ID", $0) })
      #expect(reply.status == 200)
      let document = try VOTableReader().read(bytes: reply.body)
      #expect(document.queryStatus == .overflow)
      let table = try document.requireResults()
      #expect(table.rowCount == 100)
      #expect(Set((0..<100).compactMap { table.column("ID")?.string($0) }).count == 25)
      let all = try await running.get("/lamost/links", ids.map { ("ID", $0) } + [("MAXREC", "100000")])
      #expect(try VOTableReader().read(bytes: all.body).requireResults().rowCount == 240)
    }
  }
}
