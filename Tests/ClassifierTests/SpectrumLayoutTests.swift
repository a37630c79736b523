import Classifier
import Testing

@Suite("Layouts no real file at hand has")
struct SpectrumLayoutTests {
  private func table(
    columns: [(name: String, form: String)], rows: Int, data: [UInt8], primary: [String] = [],
    cards: [String] = [],
    heap: Int = 0
  ) -> [UInt8] {
    let width = (data.count - heap) / max(rows, 1)
    var header = [
      "XTENSION= 'BINTABLE'", "BITPIX  = 8", "NAXIS   = 2", "NAXIS1  = \(width)", "NAXIS2  = \(rows)",
      "PCOUNT  = \(heap)", "GCOUNT  = 1", "TFIELDS = \(columns.count)",
    ]
    for (index, column) in columns.enumerated() {
      header += ["TTYPE\(index + 1)  = '\(column.name)'", "TFORM\(index + 1)  = '\(column.form)'"]
    }
    return SpectrumFixture.header(["SIMPLE  = T", "BITPIX  = 8", "NAXIS   = 0", "EXTEND  = T"] + primary)
      + SpectrumFixture.header(header + cards) + SpectrumFixture.padded(data)
  }

  @Test("The card SIMULATD marks a spectrum as simulated, in images and tables")
  func simulated() throws {
    let image = try SpectrumReader.read(bytes: SpectrumFixture.emission(cards: ["SIMULATD= T"]))
    #expect(image.metadata.isSimulated && image.metadata.card("SIMULATD") == "T")
    #expect(!(try SpectrumReader.read(bytes: SpectrumFixture.emission()).metadata.isSimulated))
    let values = (0..<3).flatMap { SpectrumFixture.bigEndian([6500 + Double($0), 1]) }
    let served = try SpectrumReader.read(
      bytes: table(
        columns: [("spectral", "D"), ("flux", "D")], rows: 3, data: values, cards: ["SIMULATD= T"]))
    #expect(served.metadata.isSimulated)
  }

  @Test("A PARAM or INFO named simulated marks a VOTable as simulated")
  func simulatedVOTable() throws {
    for mark in [
      "<PARAM name=\"simulated\" datatype=\"boolean\" value=\"true\"/>",
      "<INFO name=\"simulated\" value=\"true\"/>",
      "",
    ] {
      let document = """
        <?xml version="1.0"?><VOTABLE version="1.4" xmlns="http://www.ivoa.net/xml/VOTable/v1.3"><RESOURCE><TABLE>\(mark)
        <FIELD name="spectral" datatype="double" unit="nm"><DESCRIPTION>Air wavelength</DESCRIPTION></FIELD>
        <FIELD name="flux" datatype="float"/><DATA><TABLEDATA><TR><TD>650</TD><TD>1</TD></TR>
        <TR><TD>651</TD><TD>2</TD></TR></TABLEDATA></DATA></TABLE></RESOURCE></VOTABLE>
        """
      let spectrum = try SpectrumReader.read(bytes: Array(document.utf8))
      #expect(spectrum.metadata.isSimulated == !mark.isEmpty)
      #expect(spectrum.wavelength == [6500, 6510] && spectrum.flux == [1, 2])
      #expect(spectrum.scale == .air && spectrum.metadata.scaleOrigin == .stated)
    }
  }

  @Test("A VOTable cut in the middle of its rows is refused as truncated")
  func truncatedVOTable() throws {
    let document = """
      <?xml version="1.0"?><VOTABLE version="1.4" xmlns="http://www.ivoa.net/xml/VOTable/v1.3"><RESOURCE><TABLE>
      <FIELD name="spectral" datatype="double" unit="Angstrom"/><FIELD name="flux" datatype="double"/><DATA><TABLEDATA>
      <TR><TD>6500</TD><TD>1</TD></TR><TR><TD>6501</TD><TD>1</TD></TR><TR><TD>65
      """
    let error = try #require(throws: SpectrumError.self) {
      try SpectrumReader.read(bytes: Array(document.utf8))
    }
    #expect(error.code == .truncated, "\(error)")
  }

  @Test(
    "A log-linear image (DC-FLAG 1) and one with its reference pixel elsewhere have the right wavelengths")
  func dispersions() throws {
    let flux: [Float] = [1, 2, 3]
    let log = try SpectrumReader.read(
      bytes: SpectrumFixture.image(flux, first: 3.8, step: 0.0001, cards: ["DC-FLAG = 1", "VACUUM  = T"]))
    // 10**3.8002 in numpy.
    #expect(abs(log.wavelength[2] - 6312.479779910386) < 1e-9)
    #expect(log.scale == .vacuum && log.metadata.scaleOrigin == .stated)
    var cards = SpectrumFixture.image(flux, first: 6500, step: 0.5)
    let place = try #require(String(decoding: cards, as: UTF8.self).firstRange(of: "CRPIX1  = 1"))
    let offset = String(decoding: cards, as: UTF8.self).utf8.distance(
      from: String(decoding: cards, as: UTF8.self).startIndex, to: place.upperBound)
    cards[offset - 1] = UInt8(ascii: "3")
    #expect(try SpectrumReader.read(bytes: cards).wavelength == [6499, 6499.5, 6500])
  }

  @Test("Integer pixels are scaled by BSCALE and BZERO, and BLANK is not a number")
  func scaled() throws {
    let bytes =
      SpectrumFixture.header([
        "SIMPLE  = T", "BITPIX  = 16", "NAXIS   = 1", "NAXIS1  = 3", "CRVAL1  = 6500.", "CDELT1  = 1.D0",
        "BSCALE  = 0.5", "BZERO   = 32768.", "BLANK   = -5",
      ]) + SpectrumFixture.padded([0, 2, 0xff, 0xfb, 0x80, 0])
    let flux = try SpectrumReader.read(bytes: bytes).flux
    #expect(flux[0] == 32769 && flux[1].isNaN && flux[2] == 16384)
  }

  @Test("Variable-length arrays, which only CFITSIO reads, make a spectrum like any other")
  func variableLength() throws {
    // Two descriptors (length 3, offsets 0 and 24), then both arrays in the heap.
    let descriptors: [UInt8] = [0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 24]
    let heap = SpectrumFixture.bigEndian([6500.0, 6501, 6502, 7, 8, 9])
    let spectrum = try SpectrumReader.read(
      bytes: table(
        columns: [("WAVE", "1PD(3)"), ("FLUX", "1PD(3)")], rows: 1, data: descriptors + heap, heap: heap.count
      ))
    #expect(spectrum.wavelength == [6500, 6501, 6502] && spectrum.flux == [7, 8, 9])
  }

  @Test("Medium resolution: the red arm is taken, co-added if there; without it the file does not cover Hα")
  func mediumResolution() throws {
    func arm(_ name: String, _ first: Double, snr: Int) -> [UInt8] {
      let rows = (0..<4).flatMap {
        SpectrumFixture.bigEndian([Float(1), 1, Float(first + 0.0001 * Double($0))])
      }
      var unit = table(
        columns: [("FLUX", "E"), ("IVAR", "E"), ("LOGLAM", "E")], rows: 4, data: rows,
        cards: ["EXTNAME = '\(name)'", "SNR     = \(snr)"])
      unit.removeFirst(2880)
      return unit
    }
    let primary = SpectrumFixture.header([
      "SIMPLE  = T", "BITPIX  = 8", "NAXIS   = 0", "TELESCOP= 'LAMOST  '", "VACUUM  = T",
    ])
    let blue = arm("COADD_B", 3.70, snr: 5)
    let red = try SpectrumReader.read(bytes: primary + blue + arm("COADD_R", 3.81, snr: 7))
    #expect(red.metadata.snr == 7 && red.metadata.layout == .lamostMRS && red.scale == .vacuum)
    let best = try SpectrumReader.read(
      bytes: primary + blue + arm("R-1", 3.81, snr: 2) + arm("R-2", 3.81, snr: 9) + arm("R-3", 3.81, snr: 4))
    #expect(best.metadata.snr == 9)
    let error = try #require(throws: SpectrumError.self) { try SpectrumReader.read(bytes: primary + blue) }
    #expect(error.code == .notCovering && error.message.contains("red arm"))
  }

  @Test("Text with the sampling of LAMOST is in vacuum, with weights and mask in columns three and four")
  func surveyText() throws {
    var text = "# wavelength flux ivar ormask\n"
    var wavelength = 6500.0
    for pixel in 0..<100 {
      text += "\(wavelength)\t\(pixel)\t0.5\t\(pixel % 2)\n"
      wavelength *= 1.000230285020825
    }
    let spectrum = try SpectrumReader.read(bytes: Array(text.utf8))
    #expect(spectrum.scale == .vacuum && spectrum.metadata.scaleOrigin == .sampling)
    #expect(spectrum.inverseVariance?[3] == 0.5 && spectrum.mask?[3] == 1)
  }

  @Test("Columns of text are found by their names")
  func namedText() throws {
    let text = "flux,wavelength\n1,6500\n2,6501\n"
    let spectrum = try SpectrumReader.read(bytes: Array(text.utf8))
    #expect(spectrum.wavelength == [6500, 6501] && spectrum.flux == [1, 2])
  }

  @Test("Dates of the last century and times beside the date are understood")
  func dates() throws {
    let old = try SpectrumReader.read(
      bytes: SpectrumFixture.emission(cards: ["DATE-OBS= '13/08/98'", "UT      = '12:00:00'"]))
    // 1998-08-13T12:00 (astropy.time).
    #expect(old.metadata.dateObs == 51038.5)
    let negative = try SpectrumReader.read(
      bytes: SpectrumFixture.emission(cards: ["RA      = '00:00:30.0'", "DEC     = '-00:30:00'"]))
    #expect(negative.metadata.ra == 0.125 && negative.metadata.dec == -0.5)
  }
}
