import Crossmatch
import Foundation

/// Published lists against which candidates are held: what stands in one of them is not new.
public struct KnownStars: Sendable {
  /// An entry of a list at the place of a candidate.
  public struct Hit: Sendable, Hashable {
    /// Name of the list: of its file, without ending.
    public var catalogue: String
    /// What the list calls the star, or its row.
    public var name: String
    /// Separation, arcsec.
    public var separation: Double
  }

  private let lists: [(name: String, labels: [String], index: SkyIndex)]
  /// Greatest separation, degrees.
  private let radius: Double

  /// Reads lists: VOTable, FITS or CSV with positions in degrees (ICRS or J2000).
  ///
  /// - Parameter radius: greatest separation, arcsec.
  /// - Throws: `SUR-05` for a list that cannot be read, or has no positions; `SUR-04` where there is no such file.
  init(_ paths: [String], radius: Double) throws(SurveyError) {
    self.radius = radius / 3600
    lists = try paths.map { (path) throws(SurveyError) in
      guard FileManager.default.fileExists(atPath: path) else {
        throw SurveyError(
          .unknownName, "there is no list \(path)", hint: "a VOTable, FITS or CSV file with positions")
      }
      do throws(SurveyError) {
        let side = try MatchSide.file(path, ra: nil, dec: nil)
        return (side.name, side.labels, SkyIndex(ra: side.ra, dec: side.dec))
      } catch {
        throw SurveyError(
          error.code, error.message,
          hint:
            "a list needs columns of right ascension and declination in degrees: UCD pos.eq.ra, or named ra, dec"
        )
      }
    }
  }

  /// Names of the lists.
  var names: [String] { lists.map(\.name) }

  /// The nearest entry of each list that has one at a position (degrees), nearest first.
  func hits(ra: Double?, dec: Double?) -> [Hit] {
    guard let ra, let dec else { return [] }
    return lists.compactMap { list in
      list.index.nearest(ra: ra, dec: dec, radius: radius).map {
        Hit(catalogue: list.name, name: list.labels[$0.row], separation: $0.separation * 3600)
      }
    }.sorted { ($0.separation, $0.catalogue) < ($1.separation, $1.catalogue) }
  }
}
