import Classifier
import Crossmatch
import Foundation
import Tables
import Testing

@testable import Survey

@Suite(.serialized) struct ExportTests {
  private static let hasStilts = ["/usr/bin/stilts", "/usr/local/bin/stilts"].contains {
    FileManager.default.fileExists(atPath: $0)
  }

  /// A survey whose LAMOST spectra are scored; `body` has it and the truth.
  private func withScores(
    _ body: (DemoSurvey, [String: SimulatedRecord]) async throws -> Void
  ) async throws {
    try await DemoSurvey.with(ondrejov: 400, lamost: 900) { demo in
      for name in ["ondrejov", "lamost"] { try await demo.crawl(name) }
      try await demo.fetch { $0.keep = .features }
      try demo.label(.ondrejov)
      var training = TrainerConfiguration.standard
      training.maximumEpochs = 4
      _ = try await Train(demo.survey, preset: try demo.survey.preset(), .init(training)).run { _ in }
      _ = try await Classify(demo.survey, .init(), engine: demo.engine).run { _ in }
      try await body(demo, try demo.truth(.lamost))
    }
  }

  private func options(_ change: (inout Export.Options) -> Void = { _ in }) -> Export.Options {
    var options = Export.Options()
    options.collections = ["lamost"]
    change(&options)
    return options
  }

  @Test func theTablesFoldVisitsAndPeoplesWordGoesFirst() async throws {
    try await withScores { demo, truth in
      let survey = demo.survey
      let before = try Export(survey, options()).run()
      let table = try TableFile.read(path: before.file)
      let dids = try #require(table.column("pub_did"))
      let rejected = try #require(dids.string(0))
      let accepted = try #require(
        truth.keys.sorted().first { did in
          !(0..<table.rowCount).contains { dids.string($0) == did }
        })
      try survey.labels.append([
        LabelAct(collection: "lamost", did: rejected, label: "absorption", rater: "anna"),
        LabelAct(collection: "lamost", did: accepted, label: "double-peak", rater: "anna"),
      ])
      let after = try Export(survey, options()).run()
      #expect(after.candidates == before.candidates)
      let spectra = try TableFile.read(path: after.file)
      #expect(spectra.column("pub_did")?.string(0) == accepted, "what a person says is surest")
      #expect(spectra.column("class")?.string(0) == "double-peak")
      #expect(
        spectra.column("label")?.string(0) == "double-peak" && spectra.column("rater")?.string(0) == "anna")
      #expect(!(0..<spectra.rowCount).contains { spectra.column("pub_did")?.string($0) == rejected })

      let objects = try TableFile.read(path: try #require(after.files.dropFirst().first))
      #expect(objects.rowCount == after.objects)
      let visits = (0..<objects.rowCount).compactMap { objects.column("n_candidates")?.integer($0) }
      #expect(visits.reduce(0, +) == after.candidates)
      let stars = Set(
        (0..<spectra.rowCount).compactMap { row in
          spectra.column("pub_did")?.string(row).flatMap { truth[$0]?.star }
        })
      #expect(objects.rowCount == stars.count, "one row a simulated star")
      for row in 0..<objects.rowCount {
        let (own, all) = (
          objects.column("n_candidates")?.integer(row), objects.column("n_spectra")?.integer(row)
        )
        #expect((own ?? 1) <= (all ?? 0))
      }
    }
  }

  @Test func publishedListsTellTheKnownFromTheNew() async throws {
    try await withScores { demo, _ in
      let folder = try TemporaryFolder().path
      let first = try Export(demo.survey, options { $0.output = folder + "/all.vot" }).run()
      let table = try TableFile.read(path: folder + "/all-objects.vot")
      let (ra, dec) = (try #require(table.column("ra")), try #require(table.column("dec")))
      #expect(table.rowCount >= 3)
      // The first star is 2″ from an entry, the second 5″, all others far from any.
      var csv = "name,ra,dec\n"
      for (row, shift) in [(0, 2.0), (1, 5.0)] {
        csv += "star \(row),\(try #require(ra.double(row))),\(try #require(dec.double(row)) + shift / 3600)\n"
      }
      try csv.write(toFile: folder + "/list.csv", atomically: true, encoding: .utf8)
      let summary = try Export(
        demo.survey,
        options {
          $0.output = folder + "/k.vot"; $0.known = [folder + "/list.csv"]
        }
      ).run()
      #expect(summary.objects == first.objects && summary.newObjects == first.objects - 1)
      let known = try TableFile.read(path: folder + "/k-objects.vot")
      #expect(
        known.column("known_in")?.string(0) == "list" && known.column("known_id")?.string(0) == "star 0")
      #expect(abs(try #require(known.column("known_sep")?.double(0)) - 2) < 1e-3)
      #expect(known.column("known_id")?.string(1) ?? "" == "")
      #expect(try TableFile.read(path: folder + "/k-objects-new.vot").rowCount == first.objects - 1)
      let spectra = try TableFile.read(path: folder + "/k-new.vot")
      #expect(!(0..<spectra.rowCount).contains { spectra.column("star")?.integer($0) == 1 })
      let wide = try Export(
        demo.survey,
        options {
          $0.output = folder + "/w.vot"; $0.known = [folder + "/list.csv"]; $0.knownRadius = 6
        }
      ).run()
      #expect(wide.newObjects == first.objects - 2)
      let error = #expect(throws: SurveyError.self) {
        try Export(demo.survey, options { $0.known = [folder + "/nowhere.csv"] }).run()
      }
      #expect(error?.message.contains("nowhere.csv") == true)
    }
  }

  @Test func everyFormatHoldsTheSameRowsAndTheExtrasAreThere() async throws {
    try await withScores { demo, truth in
      let folder = try TemporaryFolder().path
      let summary = try Export(
        demo.survey,
        options {
          $0.output = folder + "/c.fits"; $0.coverage = folder + "/moc.fits"
          $0.gallery = folder + "/gallery"; $0.links = folder + "/links.vot"
        }
      ).run()
      #expect(try TableFile.read(path: folder + "/c.fits").rowCount == summary.candidates)
      #expect(try TableFile.read(path: folder + "/c-objects.fits").rowCount == summary.objects)
      _ = try Export(
        demo.survey,
        options {
          $0.output = folder + "/c.csv"; $0.writesObjects = false
        }
      ).run()
      #expect(try TableFile.read(path: folder + "/c.csv").rowCount == summary.candidates)
      #expect(!FileManager.default.fileExists(atPath: folder + "/c-objects.csv"))

      let moc = try MOC(path: folder + "/moc.fits")
      #expect(moc.order == 10 && truth.values.allSatisfy { moc.contains(ra: $0.ra, dec: $0.dec) })
      #expect(!moc.contains(ra: 0, dec: -89))

      let files = try FileManager.default.contentsOfDirectory(atPath: folder + "/gallery")
      #expect(files.count { $0.hasSuffix(".svg") } == summary.candidates)
      let page = try String(contentsOfFile: folder + "/gallery/index.html", encoding: .utf8)
      #expect(page.contains("Simulated.") && !page.contains("<script") && page.contains("00001.svg"))
      let links = try TableFile.read(path: folder + "/links.vot")
      #expect(links.rowCount == 3 * summary.candidates)
    }
  }

  @Test(.enabled(if: hasStilts, "STILTS is not installed"))
  func stiltsFindsNoFaultInTheTablesNorInTheLinks() async throws {
    try await withScores { demo, _ in
      let folder = try TemporaryFolder().path
      try "name,ra,dec\nx,1,1\n".write(toFile: folder + "/list.csv", atomically: true, encoding: .utf8)
      let summary = try Export(
        demo.survey,
        options {
          $0.output = folder + "/c.vot"; $0.known = [folder + "/list.csv"]; $0.links = folder + "/links.vot"
          $0.gallery = folder + "/gallery"
        }
      ).run()
      for file in summary.files where file.hasSuffix(".vot") {
        let lint = try await Program.tool("stilts", ["votlint", "votable=\(file)", "ucd=true", "unit=true"])
        #expect(lint.status == 0 && lint.output + lint.errors == "", "\(file): \(lint.output) \(lint.errors)")
      }
      let lint = try await Program.tool("stilts", ["datalinklint", folder + "/links.vot"])
      let faults = (lint.output + lint.errors).split(separator: "\n").filter {
        $0.hasPrefix("E-") || $0.hasPrefix("W-")
      }
      #expect(lint.status == 0 && faults.isEmpty, "\(faults)")
      #expect(lint.output.contains("Errors: 0; Warnings: 0"), "\(lint.output)")
      let rows = try await Program.tool("stilts", ["tpipe", folder + "/c-objects.vot", "omode=count"])
      #expect(rows.output.contains("rows: \(summary.objects)"), "\(rows.output)")
    }
  }

  @Test func theServiceDescriptorNamesTheColumnOfTheIdentifiers() async throws {
    try await withScores { demo, _ in
      let summary = try Export(demo.survey, options()).run()
      for file in summary.files {
        let document = try TableFile.document(path: file)
        let service = try #require(document.resources.first { $0.utype == "adhoc:service" })
        #expect(service.type == "meta")
        let values = Dictionary(uniqueKeysWithValues: service.parameters.map { ($0.name, $0.value) })
        #expect(values["standardID"]?.hasPrefix("ivo://ivoa.net/std/DataLink#links") == true)
        #expect(values["accessURL"] == demo.base + "/lamost/links")
        let input = try #require(service.groups.first { $0.name == "inputParams" }?.parameters.first)
        let table = try #require(document.results)
        #expect(table.columns.contains { $0.field.id == input.field.ref && $0.field.name == "pub_did" })
      }
    }
  }

  @Test func aCutByExpectedPrecisionKeepsTheSurestAndFollowsTheAudit() async throws {
    let raw = ExpectedPrecision(probabilities: [0.9, 0.8, 0.6], precision: nil)
    #expect(raw.shift == 0)
    let found = raw.cumulative([(1, true), (0.8, false), (0.6, false)])
    #expect(zip(found, [1, 0.9, 0.8]).allSatisfy { abs($0 - $1) < 1e-9 })
    let audited = ExpectedPrecision(probabilities: [0.9, 0.8, 0.6], precision: 0.3)
    let mean = [0.9, 0.8, 0.6].reduce(0) { $0 + audited.corrected($1) } / 3
    #expect(abs(mean - 0.3) < 1e-9 && audited.shift < 0)
    // One shift of all log-odds: the odds keep their ratios.
    func odds(_ p: Double) -> Double { p / (1 - p) }
    #expect(
      abs(odds(audited.corrected(0.9)) / odds(audited.corrected(0.6)) - odds(0.9) / odds(0.6)) < 1e-6)

    try await withScores { demo, truth in
      let survey = demo.survey
      let all = try Export(survey, options()).run()
      #expect(!all.isAudited)
      let cut = try Export(survey, options { $0.precision = 0.95 }).run()
      #expect(cut.candidates <= all.candidates)
      #expect((cut.expectedPrecision ?? 1) >= 0.95)
      let (number, items) = try LearnRound(survey).begin(.init())
      try survey.labels.append(
        items.filter { $0.purpose == "performance" }.map {
          LabelAct(
            collection: $0.spectrum.collection, did: $0.spectrum.did,
            label: truth[$0.spectrum.did]?.truth.description ?? "absorption", rater: "test", round: number,
            purpose: $0.purpose)
        })
      #expect(try Export(survey, options()).run().isAudited)
    }
  }

  @Test func namesOfTheFilesBesideTheFirst() {
    #expect(Export.path("a/b.vot", "-objects") == "a/b-objects.vot")
    #expect(Export.path("b.vot.gz", "-new") == "b-new.vot.gz")
    #expect(Export.path("a.b/c", "-new") == "a.b/c-new")
  }
}
