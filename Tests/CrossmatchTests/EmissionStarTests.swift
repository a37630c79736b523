#if canImport(Tables)
  import Foundation
  import Tables
  import Testing

  @testable import Crossmatch

  /// Catalogues of emission stars matched with each other within 3″.
  ///
  /// Counts and sums of separations are those of
  /// astropy 8.0.2, `search_around_sky`.
  @Suite(.enabled(if: PublishedMatch.isThere, "the test data (VOTRAWL_TEST_DATA) are not here"))
  struct EmissionStarTests {
    static func catalogue(_ path: String, _ ra: String, _ dec: String) throws -> [SkyPosition] {
      let table = try TableFile.read(path: PublishedMatch.data.appendingPathComponent(path).path)
      let (a, d) = (
        table.finder(utype: nil, ucd: nil, name: ra), table.finder(utype: nil, ucd: nil, name: dec)
      )
      return (0..<table.rowCount).map {
        SkyPosition(ra: a.double($0) ?? .nan, dec: d.double($0) ?? .nan)
      }
    }

    /// The positions in the designations of Lin and others 2015, `JHHMMSS.ss+DDMMSS.s`.
    static func lin() throws -> [SkyPosition] {
      let path = "labels/lamost-candidates/lamost-dr1-be-stars.csv"
      let table = try TableFile.read(path: PublishedMatch.data.appendingPathComponent(path).path)
      let names = table.finder(utype: nil, ucd: nil, name: "designation")
      return try (0..<table.rowCount).map { row in
        let text = try #require(names.string(row))
        let match = try #require(
          text.wholeMatch(of: /J(\d\d)(\d\d)(\d\d\.\d+)([+-])(\d\d)(\d\d)(\d\d\.\d+)/))
        let n = try [match.1, match.2, match.3, match.5, match.6, match.7].map { s -> Double in try number(s)
        }
        let dec = n[3] + n[4] / 60 + n[5] / 3600
        return SkyPosition(ra: 15 * (n[0] + n[1] / 60 + n[2] / 3600), dec: match.4 == "-" ? -dec : dec)
      }
    }

    @Test func `Lin 2015, Hou 2016 and Liu 2019 excerpts share the stars that astropy finds`() throws {
      let folder = "catalogues/emission-line-stars/"
      let lin = try Self.lin()
      let hou = try Self.catalogue(folder + "Hou2016_VPHAS-SDSS-IPHAS-2MASS.csv", "RAJ2000", "DEJ2000")
      let liu = try Self.catalogue(
        folder + "Liu2019_Etiquetados_IPHAS-SDSS-2MASS-AllWISE_OK.csv", "RAJ2000", "DEJ2000")
      #expect(lin.count == 203 && hou.count == 1034 && liu.count == 460)
      for (a, b, pairs, left, right, sum) in [
        (lin, hou, 8, 6, 8, 0.8413227344706717), (lin, liu, 6, 5, 6, 0.44897872266202654),
        (hou, liu, 64, 52, 50, 5.691640189460879),
      ] {
        let report = try MatcherTests.match(a, b, Matcher(radiusArcsec: 3)).report
        #expect(report.matched == pairs)
        #expect(report.leftMatched == left && report.rightMatched == right)
        #expect((report.separationSum - sum).magnitude < 1e-8)
      }
    }
  }
#endif
