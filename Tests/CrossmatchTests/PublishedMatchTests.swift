#if canImport(Tables)
  import Foundation
  import Tables
  import Testing

  @testable import Crossmatch

  /// Where the published cross-match is.
  enum PublishedMatch {
    static let data = ReferenceTables.sharedFolder.appendingPathComponent("data")
    static let votable = data.appendingPathComponent("vo/ssap-crossmatch-result/matched-lamost-ondrejov.xml")
      .path
    static let isThere = FileManager.default.fileExists(atPath: votable)
  }

  /// The published cross-match of the Ondřejov CCD700 archive with LAMOST DR1 within 5′, as the archive's own VOTable.
  ///
  /// The VOTable gives file names and separations, not positions; these are in the headers of the spectra, of which the
  /// 22 pairs of the paper (Škoda et al. 2020, A&A 643, A122) are at hand. The separations printed are those of
  /// Ondřejov's positions in sexagesimal notation (0.001 s, 0.01″) and LAMOST's as 32-bit floats.
  @Suite(.enabled(if: PublishedMatch.isThere, "the test data (VOTRAWL_TEST_DATA) are not here"))
  struct PublishedMatchTests {
    /// Separations in degrees by the names of the two spectra.
    static func published() throws -> (rows: Int, pairs: [[String]: Double]) {
      let table = try TableFile.read(path: PublishedMatch.votable)
      let (left, right, separation) = (
        table.finder(utype: nil, ucd: nil, name: "ondrejov_accref"),
        table.finder(utype: nil, ucd: nil, name: "lamost_accref"),
        table.finder(utype: nil, ucd: nil, name: "separation")
      )
      var pairs: [[String]: Double] = [:]
      for row in 0..<table.rowCount {
        let names = [left.string(row), right.string(row)].map { URL(fileURLWithPath: $0 ?? "") }
          .map { $0.deletingPathExtension().lastPathComponent }
        let value = try #require(separation.double(row))
        #expect(pairs[names] == nil || pairs[names] == value)
        pairs[names] = value
      }
      return (table.rowCount, pairs)
    }

    /// Right ascension and declination of the first header of a file that has both.
    static func position(_ path: URL) throws -> SkyPosition {
      let file = try #require(MappedFile(path: path.path))
      var at = 0
      while let header = FITSHeader(file.bytes, at: at) {
        if let ra = header.double("RA"), let dec = header.double("DEC") {
          return SkyPosition(ra: ra, dec: dec)
        }
        at += header.length
      }
      throw MalformedReference(text: path.path)
    }

    @Test func `there are 1844 distinct pairs, all within 5 arcmin`() throws {
      let (rows, pairs) = try Self.published()
      #expect(rows == 3688)
      #expect(pairs.count == 1844)
      #expect(pairs.values.allSatisfy { $0 <= 5.0 / 60 })
    }

    @Test func `the 22 pairs of the paper are found with the separations published`() throws {
      let (_, pairs) = try Self.published()
      let list = try String(
        contentsOf: PublishedMatch.data.appendingPathComponent("pairs/cross-matched.csv"), encoding: .utf8)
      var names: [[String]] = []
      var (left, right) = ([SkyPosition](), [SkyPosition]())
      for line in list.split(whereSeparator: \.isNewline) {
        let files = line.split(separator: ",").map { String($0.split(separator: "/").last ?? "") }
        names.append(files.map { String($0.dropLast(5)) })
        let a = try Self.position(PublishedMatch.data.appendingPathComponent("pairs/ondrejov/" + files[0]))
        let b = try Self.position(PublishedMatch.data.appendingPathComponent("pairs/lamost/" + files[1]))
        left.append(
          SkyPosition(ra: (a.ra * 240_000).rounded() / 240_000, dec: (a.dec * 360_000).rounded() / 360_000))
        right.append(SkyPosition(ra: Double(Float(b.ra)), dec: Double(Float(b.dec))))
      }
      #expect(names.count == 22)
      let result = try MatcherTests.match(left, right, Matcher(radiusArcsec: 300))
      var found = 0
      for p in result.pairs {
        let key = [names[p.left][0], names[p.right][1]]
        let printed = try #require(pairs[key], "\(key) is not among the published pairs")
        // The published numbers come from a formula in radians: 5e-14° is its rounding, 2·10⁻¹⁰″.
        #expect((p.separation / 3600 - printed).magnitude < 5e-14, "\(key)")
        if p.left == p.right { found += 1 }
      }
      #expect(found == 22)
    }
  }
#endif
