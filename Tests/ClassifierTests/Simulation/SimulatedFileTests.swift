import Testing

@testable import Classifier

@Suite struct SimulatedFileTests {
  /// The numbers were read by astropy 8.0.2 (`fits.open(…)[0].data`) from the bytes of seed 7, spectrum 3.
  ///
  /// Tolerance 10⁻⁴: another C library may round an exponential differently.
  @Test func astropyReadsTheseNumbersInALamostFile() throws {
    let survey = SimulatedSurvey(kind: .lamost, count: 300, seed: 7)
    let bytes = survey.fits(3)
    #expect(bytes.count == 89_280)
    let header = Self.header(bytes)
    #expect(header.contains("SIMULATD=                    T"))
    #expect(header.contains("EXTEN0  = 'Flux, Inverse, Wavelength, Andmask, Ormask'"))
    #expect(header.contains("DATE-OBS= '2012-10-21T11:06:28'"))
    #expect(header.contains("RA      =           106.868932"))
    #expect(header.contains("DEC     =            10.138506"))
    #expect(header.contains("SNRR    =                23.93"))
    #expect(header.contains("SUBCLASS= 'K3      '"))
    #expect(header.contains("HISTORY Simulated by VOTrawl: seed 7, spectrum 3."))
    let astropy: [(row: Int, pixel: Int, value: Double)] = [
      (0, 0, 410.73785400390625), (0, 1000, 566.7382202148438), (0, 2518, 655.2725219726562), (0, 3900, 0),
      (1, 0, 3.807492248597555e-05), (1, 1000, 0.00032655821996740997), (1, 2518, 0.0011250257957726717),
      (1, 3900, 0), (2, 0, 3699.9853515625), (2, 1000, 4658.00537109375), (2, 3900, 9082.38671875),
      (3, 3900, 1),
      (4, 3900, 1), (4, 0, 0),
    ]
    for item in astropy {
      let found = Self.float(bytes, at: 8640 + 4 * (item.row * 3909 + item.pixel))
      #expect(abs(found - item.value) <= 1e-4 * abs(item.value))
    }
  }

  /// As above, from the Ondřejov file.
  @Test func astropyReadsTheseNumbersInAnOndrejovFile() {
    let survey = SimulatedSurvey(kind: .ondrejov, count: 300, seed: 7)
    let bytes = survey.fits(3)
    #expect(bytes.count == survey.record(3).fileSize)
    let header = Self.header(bytes)
    #expect(header.contains("SIMULATD=                    T"))
    #expect(header.contains("RA      = '20:24:55.850'"))
    #expect(header.contains("DEC     = '+21:54:50.62'"))
    #expect(header.contains("CRVAL1  =    6252.846284815902"))
    #expect(header.contains("CDELT1  =       0.256680000000"))
    #expect(header.contains("JD      =     2454798.32331376"))
    for (pixel, value) in [(0, 533021.5625), (700, 480670.15625), (1210, 148907.0), (1900, 417811.21875)] {
      #expect(abs(Self.float(bytes, at: 8640 + 4 * pixel) - value) < 1e-4 * value)
    }
  }

  @Test(arguments: SimulatedSurvey.Kind.allCases)
  func theReaderReadsWhatWasMadeAndSaysThatItIsSimulated(kind: SimulatedSurvey.Kind) throws {
    let survey = SimulatedSurvey(kind: kind, count: 60, seed: 11)
    for index in [0, 17, 41, 59] {
      let record = survey.record(index)
      let made = survey.spectrum(index)
      let read = try SpectrumReader.read(bytes: survey.fits(index), name: record.name + ".fits")
      #expect(read.metadata.isSimulated && made.metadata.isSimulated)
      #expect(read.metadata.layout == (kind == .ondrejov ? .ondrejovNative : .lamostDR3))
      #expect(read.scale == (kind == .ondrejov ? .air : .vacuum))
      #expect(read.scale == made.scale)
      #expect(read.flux == made.flux)
      #expect(read.inverseVariance == made.inverseVariance)
      #expect(read.mask == made.mask)
      #expect(read.count == record.length)
      #expect(zip(read.wavelength, made.wavelength).allSatisfy { abs($0 - $1) < 1e-3 })
      #expect(abs((read.metadata.ra ?? 0) - record.ra) < 1e-5)
      #expect(abs((read.metadata.dec ?? 99) - record.dec) < 1e-5)
      #expect(abs((read.metadata.dateObs ?? 0) - (made.metadata.dateObs ?? 9)) < 1.5 / 86400)
      #expect(read.metadata.object == record.objectName)
    }
  }

  @Test func everyHeaderIsWholeCardsOfPrintableText() {
    for kind in SimulatedSurvey.Kind.allCases {
      let survey = SimulatedSurvey(kind: kind, count: 40, seed: 3)
      for index in 0..<40 {
        let bytes = survey.fits(index)
        #expect(bytes.count % 2880 == 0)
        #expect(bytes[..<8640].allSatisfy { (0x20...0x7E).contains($0) })
        let cards = (0..<108).map { String(decoding: bytes[($0 * 80)..<($0 * 80 + 80)], as: UTF8.self) }
        #expect(cards.last?.hasPrefix("END     ") == true)
        let keywords = cards.map { $0.prefix(8) }.filter {
          !["        ", "COMMENT ", "HISTORY "].contains($0)
        }
        #expect(Set(keywords).count == keywords.count)
      }
    }
  }

  @Test func longStringsAndQuotesStayInTheirCard() {
    var file = FITSBytes()
    file.card("LONG", String(repeating: "x", count: 100), "comment")
    file.card("QUOTE", "d'Artagnan", "who")
    file.card("EDGE", String(repeating: "'", count: 80))
    #expect(file.bytes.count == 240)
    let text = String(decoding: file.bytes, as: UTF8.self)
    #expect(text.contains("QUOTE   = 'd''Artagnan'"))
    #expect(text.hasSuffix("'"))
  }

  private static func header(_ bytes: [UInt8]) -> String {
    String(decoding: bytes.prefix(8640), as: UTF8.self)
  }

  private static func float(_ bytes: [UInt8], at offset: Int) -> Double {
    let bits = bytes[offset..<(offset + 4)].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    return Double(Float(bitPattern: bits))
  }
}
