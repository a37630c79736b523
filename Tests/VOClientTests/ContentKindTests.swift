import Foundation
import Testing

@testable import VOClient

@Suite struct ContentKindTests {
  @Test(arguments: [
    ("", ContentKind.empty), ("SIMPLE  =                    T", .fits), ("<VOTABLE version='1.3'>", .votable),
    ("\n\n <?xml version='1.0'?><!-- x --><vot:VOTABLE>", .votable),
    ("Warning: mysql_connect()\n<br>\n<?xml version='1.0'?>\n<VOTABLE>", .votable),
    ("\u{FEFF}<?xml version='1.0'?><VOTABLE>", .votable), ("<?xml version='1.0'?><uws:job>", .xml),
    ("<!DOCTYPE VOTABLE SYSTEM 'http://us-vo.org/xml/VOTable.dtd'><VOTABLE>", .votable),
    ("<!doctype html><html><p>see &lt;VOTABLE></p>", .html), ("  <HTML><BODY>", .html),
    ("<?xml version='1.0'?><!DOCTYPE html PUBLIC '-//W3C//DTD'><html>", .html),
    ("UsageError: BAND: foo", .text),
    ("{\"a\": 1}", .json), (" [1, 2]", .json), ("a,b\n1,2\n", .csv), ("# a = 1, b\n# c\n1,2\n3,4", .csv),
    ("a\tb\n1\t2", .csv), ("a, b\nnothing", .text),
    ("\u{89}PNG", .text), ("abc\u{0}def", .binary),
  ]) func `A body is classified by its bytes`(_ text: String, _ kind: ContentKind) {
    #expect(ContentKind.classify(Array(text.utf8)) == kind)
  }

  @Test func `Binary signatures are known`() {
    #expect(ContentKind.classify([0x1F, 0x8B, 8, 0]) == .gzip)
    #expect(ContentKind.classify([0x89, 0x50, 0x4E, 0x47, 13, 10, 26, 10]) == .png)
    let utf16 = Array("<?xml version='1.0'?><VOTABLE>".utf16).flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
    #expect(ContentKind.classify([0xFE, 0xFF] + utf16) == .votable)
  }

  /// The names of the saved answers of DaCHS end as their content is.
  @Test(.enabled(if: TestData.areSamplesThere, TestData.absent))
  func `Every saved answer of DaCHS is what its name says`() throws {
    let folder = TestData.folder + "/../dachs/samples"
    let kinds: [String: Set<ContentKind>] = [
      "fits": [.fits, .binary, .empty], "html": [.html, .empty], "csv": [.csv], "tsv": [.csv],
      "json": [.json],
      "txt": [.text, .csv, .empty], "png": [.png], "xml": [.votable, .xml, .gzip],
    ]
    var count = 0
    for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
      let suffix = String(name.split(separator: ".").last ?? "")
      // Not those to HEAD, parts of files, and the pages that come with redirects.
      guard let expected = kinds[suffix], !name.contains("head"), !name.contains("delete"),
        !name.hasPrefix("file-range")
      else { continue }
      let kind = ContentKind.classify(try TestData.sample(name))
      #expect(expected.contains(kind) || (suffix == "txt" && kind == .html), "\(name) is \(kind)")
      count += 1
    }
    #expect(count > 200)
  }

  @Test(.enabled(if: TestData.isThere, TestData.absent))
  func `Real files of the archives are what they are`() throws {
    func kind(_ path: String) throws -> ContentKind { ContentKind.classify(try TestData.bytes(path)) }
    let lamost = "vo/lamost-openapi-answers/"
    #expect(try kind(lamost + "login_dr7.html") == .html)
    #expect(try kind(lamost + "ssap_response.xml") == .votable)
    #expect(try kind(lamost + "sql_response_votable.xml") == .votable)
    #expect(try kind(lamost + "sql_response_csv.csv") == .csv)
    #expect(try kind(lamost + "dr_versions_response.json") == .json)
    #expect(try kind(lamost + "spec-57278-EG224429N215706B01_sp01-001.fits.gz") == .gzip)
  }

  @Test(.enabled(if: TestData.isThere, TestData.absent))
  func `No real spectrum of any survey is taken for incomplete`() throws {
    var count = 0
    for folder in ["lamost", "ondrejov", "sdss", "bess", "iraf-multispec"] {
      let root = TestData.folder + "/" + folder
      for case let name as String in FileManager.default.enumerator(atPath: root) ?? .init() {
        guard [".fits", ".fit", ".fits.gz"].contains(where: name.hasSuffix) else { continue }
        let bytes = try TestData.bytes(folder + "/" + name)
        let kind = ContentKind.classify(bytes)
        #expect(kind == .fits || kind == .gzip, "\(name) is \(kind)")
        let check = CompletenessCheck(length: bytes.count) { Array(bytes[$0..<min(bytes.count, $0 + $1)]) }
        #expect(check.problem(kind: kind)?.message == nil, "\(name)")
        count += 1
      }
    }
    #expect(count > 400)
  }

  @Test(.enabled(if: TestData.isThere, TestData.absent))
  func `Whole spectra pass the check for completeness, cut ones do not`() throws {
    let folder = TestData.folder + "/pairs/lamost"
    let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".fits") }
      .sorted()
    try #require(!names.isEmpty)
    for name in names {
      let bytes = try TestData.bytes("pairs/lamost/" + name)
      func problem(_ count: Int) -> TransferError.Code? {
        CompletenessCheck(length: count) { Array(bytes[$0..<min(count, $0 + $1)]) }.problem(kind: .fits)?.code
      }
      #expect(problem(bytes.count) == nil, "\(name)")
      #expect(problem(bytes.count - 2880) == .incomplete, "\(name)")
      #expect(problem(2880) == .incomplete, "\(name)")
      #expect(problem(1000) == .incomplete, "\(name)")
    }
  }
}
