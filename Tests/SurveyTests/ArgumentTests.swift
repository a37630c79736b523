import Survey
import Testing

@testable import votrawl

/// Positions, bands and dates as people type them.
@Suite struct ArgumentTests {
  /// The Crab nebula in every notation; 83.63291667 is 15 · (5 + 34/60 + 31.9/3600).
  @Test(arguments: [
    "83.63291666666667,22.01444444444444", "83.63291666666667 22.01444444444444",
    "83.63291666666667, 22.01444444444444",
    "83.63291666666667 +22.01444444444444", "05:34:31.9,+22:00:52", "05:34:31.9 +22:00:52",
    "05 34 31.9 +22 00 52",
    "05 34 31.9 22 00 52", "05h34m31.9s +22d00m52s", "5h34m31.9s,+22°00′52″", "05h34m31.9s 22d00'52\"",
    "83.63291666666667deg,22.01444444444444deg",
  ])
  func aPositionReadsAlikeInEveryNotation(_ text: String) throws {
    let position = try #require(SkyPositionArgument(argument: text))
    #expect(abs(position.ra - 83.632_916_666_666_67) < 1e-12)
    #expect(abs(position.dec - 22.014_444_444_444_44) < 1e-12)
  }

  @Test func aDeclinationBetweenZeroAndMinusOneKeepsItsSign() throws {
    #expect(try #require(SkyPositionArgument(argument: "00:00:00,-00:30:00")).dec == -0.5)
    #expect(try #require(SkyPositionArgument(argument: "1 2 3 −0 30 0")).dec == -0.5)
    #expect(try #require(SkyPositionArgument(argument: "10,-0.25")).dec == -0.25)
  }

  @Test(arguments: [
    "", "1", "360,0", "-1,0", "10,91", "10,20,30", "25:00:00,0", "10:60:00,0", "10:00:60,0", "a,b", "nan,0",
    "inf,0",
    "1e400,0", "10h,20h", "1 2 3", "10.5:30:00,0", "0x10,0", "10,--5",
  ])
  func whatIsNoPositionIsRefused(_ text: String) { #expect(SkyPositionArgument(argument: text) == nil) }

  @Test func aRegionIsAPositionAndARadiusWithItsUnit() {
    for text in ["83.63,22.01,30arcmin", "83.63 22.01,0.5deg", "05:34:31.2,+22:00:36,1800arcsec"] {
      guard let argument = RegionArgument(argument: text),
        case .cone(let ra, let dec, let radius) = argument.region
      else {
        Issue.record("\(text)")
        continue
      }
      #expect(abs(ra - 83.63) < 1e-9 && abs(dec - 22.01) < 1e-9 && abs(radius - 0.5) < 1e-12)
    }
    for text in ["83.63,22.01,2", "83.63,22.01", "83.63,22.01,100deg", "83.63,22.01,-1deg"] {
      #expect(RegionArgument(argument: text) == nil, "\(text)")
    }
  }

  @Test func aBandHasAUnitAndMayBeOpen() throws {
    let band = try #require(BandArgument(argument: "6519..6732Angstrom")).metres
    #expect(abs(band.lower - 6.519e-7) < 1e-20 && abs(band.upper - 6.732e-7) < 1e-20)
    #expect(try #require(BandArgument(argument: "650..675 nm")).metres.upper == 675 * 1e-9)
    #expect(try #require(BandArgument(argument: "..1um")).metres.lower == 0)
    #expect(try #require(BandArgument(argument: "1um")).metres == (1e-6, 1e-6))
    #expect(try #require(BandArgument(argument: "5000..AA")).metres.upper == .infinity)
    for text in ["6519..6732", "6732..6519Angstrom", "..nm", "nm", "a..bnm", "-1..2nm", "1..2..3nm"] {
      #expect(BandArgument(argument: text) == nil, "\(text)")
    }
  }

  @Test func datesAreWholeDaysUnlessTheySayOtherwise() throws {
    let days = try #require(TimeArgument(argument: "2011-10-24..2011-10-25")).mjd
    #expect(days.lower == 55858 && days.upper == 55860)
    let day = try #require(TimeArgument(argument: "2011-10-24")).mjd
    #expect(day.lower == 55858 && day.upper == 55859)
    #expect(try #require(TimeArgument(argument: "2011-10-24T12:00..")).mjd == (55858.5, .infinity))
    #expect(try #require(TimeArgument(argument: "MJD55858..55859.5")).mjd == (55858, 55859.5))
    for text in ["", "..", "2011", "2011-13-01", "55858..55859", "2012-01-01..2011-01-01", "MJD"] {
      #expect(TimeArgument(argument: text) == nil, "\(text)")
    }
  }
}
