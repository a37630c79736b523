import Classifier
import Testing

@Suite("Files that are no spectra")
struct SpectrumRefusalTests {
  /// The error that reading bytes gives.
  private func error(_ bytes: [UInt8], window: ClosedRange<Double>? = nil) throws -> SpectrumError {
    try #require(throws: SpectrumError.self) {
      try SpectrumReader.read(bytes: bytes, name: "x.fits", window: window)
    }
  }

  @Test("Nothing, or blanks, is empty, and the hint speaks of cut-outs")
  func empty() throws {
    #expect(try error([]).code == .empty)
    #expect(try error(Array("\n \n".utf8)).code == .empty)
    #expect(try error([]).hint?.contains("cut-out") == true)
  }

  @Test("A login page under a FITS name is a web page, with its title")
  func webPage() throws {
    let page =
      "\n<!DOCTYPE html>\n<html lang=\"en\"><head><title>LAMOST  Login</title></head><body></body></html>"
    let error = try error(Array(page.utf8))
    #expect(error.code == .webPage)
    #expect(error.message.contains("lamost login"))
    #expect(error.description.hasPrefix("SPC-03: x.fits: is a web page"))
    #expect(error.description.contains("\nhint: "))
    #expect(try self.error(Array("<html><script>location='/oauth'</script></html>".utf8)).code == .webPage)
    #expect(try self.error(Array("<?xml version=\"1.0\"?><!-- x --><html/>".utf8)).code == .webPage)
  }

  @Test("A Git LFS pointer is told from a spectrum")
  func lfsPointer() throws {
    let pointer = """
      version https://git-lfs.github.com/spec/v1
      oid sha256:7c40bbeb1757fc4224c2685c189ff88055d05c3aa8c1d51a273dc391d32dd0c2
      size 1234567

      """
    let error = try error(Array(pointer.utf8))
    #expect(error.code == .lfsPointer)
    #expect(error.hint?.contains("git lfs pull") == true)
  }

  @Test(
    "What is neither FITS nor VOTable nor columns is named",
    arguments: [
      ("PK\u{3}\u{4}....", "zip"), ("%PDF-1.4", "PDF"), ("BZh91AY", "bzip2"), ("<svg xmlns='x'/>", "<svg>"),
    ])
  func otherFormats(_ start: String, _ name: String) throws {
    let error = try error(Array(start.utf8))
    #expect(error.code == .unknownFormat)
    #expect(error.message.contains(name))
  }

  @Test("Binary data are shown by their first bytes")
  func binary() throws {
    #expect(try error([0, 1, 2, 0xfe, 9, 9, 9, 9, 9]).message.contains("00 01 02 fe"))
  }

  @Test("A server's message in plain text is quoted")
  func message() throws {
    let error = try error(Array("UsageError: Field BAND: 'foo' is not a valid literal for BAND\n".utf8))
    #expect(error.code == .textMessage)
    #expect(error.message.contains("'foo' is not a valid literal"))
  }

  @Test("An error document of a service is quoted")
  func serviceError() throws {
    let document = """
      <?xml version="1.0"?><VOTABLE version="1.4" xmlns="http://www.ivoa.net/xml/VOTable/v1.3">
      <RESOURCE type="results"><INFO name="QUERY_STATUS" value="ERROR">no such dataset</INFO></RESOURCE></VOTABLE>
      """
    let error = try error(Array(document.utf8))
    #expect(error.code == .serviceError)
    #expect(error.message.contains("no such dataset"))
  }

  @Test("A list of spectra is not a spectrum, and the hint says where the address is")
  func listOfSpectra() throws {
    let document = """
      <?xml version="1.0"?><VOTABLE version="1.4"><RESOURCE type="results"><TABLE>
      <FIELD name="accref" datatype="char" arraysize="*"/>
      <FIELD name="ssa_specmid" datatype="double" ucd="em.wl;instr.bandpass" unit="m"/>
      <DATA><TABLEDATA><TR><TD>http://x</TD><TD>6.5e-7</TD></TR></TABLEDATA></DATA></TABLE></RESOURCE></VOTABLE>
      """
    let error = try error(Array(document.utf8))
    #expect(error.code == .unknownLayout)
    #expect(error.hint?.contains("accref") == true)
  }

  @Test("A file that is not there, or is a folder, cannot be read")
  func missing() throws {
    let missing = try #require(throws: SpectrumError.self) {
      try SpectrumReader.read(path: "/no/such/file.fits")
    }
    #expect(missing.code == .unreadable && missing.source == "/no/such/file.fits")
    let folder = try #require(throws: SpectrumError.self) { try SpectrumReader.read(path: "/") }
    #expect(folder.code == .unreadable)
  }

  @Test("A truncated FITS file is refused whichever part is missing, and told how much there should be")
  func truncated() throws {
    let whole = SpectrumFixture.emission()
    #expect(throws: Never.self) { try SpectrumReader.read(bytes: whole) }
    // 8000 bytes of data behind a header of one block; the padding behind them may be missing.
    #expect(throws: Never.self) { try SpectrumReader.read(bytes: Array(whole.prefix(2880 + 8000))) }
    for count in [2880 + 7999, 5000, 2880, 2879, 1000, 80, 9] {
      let error = try error(Array(whole.prefix(count)))
      #expect(error.code == .truncated, "\(count): \(error)")
    }
    #expect(
      try error(Array(whole.prefix(5000))).message.contains("5000 bytes, its header promises at least 10880"))
  }

  @Test("Headers that promise the impossible are damaged, not believed")
  func impossible() throws {
    for cards in [
      [
        "SIMPLE  = T", "BITPIX  = -32", "NAXIS   = 3", "NAXIS1  = 99999999", "NAXIS2  = 99999999",
        "NAXIS3  = 9",
      ],
      ["SIMPLE  = T", "BITPIX  = 12", "NAXIS   = 1", "NAXIS1  = 9"],
      ["SIMPLE  = T", "BITPIX  = 8", "NAXIS   = 1", "NAXIS1  = -9"],
      ["SIMPLE  = T", "BITPIX  = 8", "NAXIS   = 1"], ["SIMPLE  = T"],
    ] {
      #expect(try error(SpectrumFixture.header(cards)).code == .damaged)
    }
  }

  @Test("A scaling that is not a number is refused by name")
  func textScaling() throws {
    let error = try error(SpectrumFixture.emission(cards: ["BSCALE  = '1       '"]))
    #expect(error.code == .damaged)
    #expect(error.message.contains("BSCALE"))
  }

  @Test("An axis of velocity or frequency is refused")
  func velocity() throws {
    #expect(try error(SpectrumFixture.emission(cards: ["CTYPE1  = 'VRAD'"])).code == .badWavelengths)
    #expect(try error(SpectrumFixture.emission(cards: ["CUNIT1  = 'Hz'"])).code == .badWavelengths)
  }

  @Test("A spectrum without dispersion is refused")
  func noDispersion() throws {
    let bytes =
      SpectrumFixture.header(["SIMPLE  = T", "BITPIX  = -32", "NAXIS   = 1", "NAXIS1  = 4"])
      + SpectrumFixture.padded(SpectrumFixture.bigEndian([Float](repeating: 1, count: 4)))
    #expect(try error(bytes).code == .unknownLayout)
  }

  @Test("A spectrum that does not cover the window is refused with both ranges")
  func notCovering() throws {
    let blue = SpectrumFixture.image([Float](repeating: 1, count: 1000), first: 4700, step: 0.2)
    let error = try error(blue, window: FeaturePreset.window)
    #expect(error.code == .notCovering)
    #expect(error.message.contains("4700.0–4899.8 Å in air") && error.message.contains("6517.2–6730.1 Å"))
    #expect(throws: Never.self) {
      try SpectrumReader.read(bytes: SpectrumFixture.emission(), window: FeaturePreset.window)
    }
  }

  @Test("Columns of text whose wavelengths do not increase, or lines that break off, are refused")
  func badText() throws {
    #expect(try error(Array("6500,1\n6501,1\n6501,2\n".utf8)).code == .badWavelengths)
    #expect(try error(Array("6500,1\n6501,1\n6502\n".utf8)).code == .truncated)
    #expect(try error(Array("6500,1\n6501,x\n6502,1\n".utf8)).code == .damaged)
  }

  @Test("A gzip file that is cut or damaged is refused")
  func damagedGzip() throws {
    // `printf '6500,1\n6501,2\n6502,3\n' | gzip -n`, made with gzip 1.12.
    let gzip: [UInt8] = [
      0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x03, 0x33, 0x33, 0x35, 0x30, 0xd0, 0x31, 0xe4,
      0x32,
      0x33, 0x35, 0x30, 0xd4, 0x31, 0x02, 0x51, 0x46, 0x3a, 0xc6, 0x5c, 0x00, 0xe5, 0xdf, 0x45, 0x4e, 0x15,
      0x00,
      0x00, 0x00,
    ]
    #expect(try SpectrumReader.read(bytes: gzip).flux == [1, 2, 3])
    #expect(try error(Array(gzip.prefix(20))).code == .truncated)
    var wrong = gzip
    wrong[gzip.count - 6] ^= 0xff
    #expect(try error(wrong).code == .damaged)
  }
}

@Suite("Real files that are refused", .enabled(if: SpectrumTestData.isThere, SpectrumTestData.note))
struct RealRefusalTests {
  @Test("Images of another instrument are refused as unknown; a doubled suffix alone harms nothing")
  func broken() throws {
    for file in SpectrumTestData.files(in: "broken") {
      // The three `.fits.fits` are sound files of LAMOST DR10 with a wrong name.
      if file.hasSuffix(".fits.fits") {
        #expect(try SpectrumReader.read(path: SpectrumTestData.path(file)).metadata.layout == .lamostDR9)
        continue
      }
      let error = try #require(throws: SpectrumError.self) {
        try SpectrumReader.read(path: SpectrumTestData.path(file))
      }
      #expect(error.code == .unknownLayout, "\(error)")
      #expect(error.message.contains("2725 × 3"))
    }
  }

  @Test("IRAF multispec and a radio spectrum are refused; plain dispersions of other instruments are read")
  func multispec() throws {
    let expected: [String: SpectrumError.Code?] = [
      "Combined": .multispec, "evega.0039.rs.ec.dispcor": .multispec, "multispec-linear-log": .multispec,
      "multispec_equispec": .multispec, "spline": .multispec, "gbt_1d": .badWavelengths, "UM669_nF": nil,
      "UVES": nil,
    ]
    let files = SpectrumTestData.files(in: "iraf-multispec")
    #expect(files.count == expected.count)
    for file in files {
      let name = String(file.dropFirst("iraf-multispec/".count).dropLast(".fits".count))
      var code: SpectrumError.Code?
      do throws(SpectrumError) { _ = try SpectrumReader.read(path: SpectrumTestData.path(file)) } catch {
        code = error.code
        #expect(error.hint != nil)
      }
      #expect(expected[name] == .some(code), "\(file): \(String(describing: code))")
    }
  }

  @Test(
    "Amateur spectra end before 6732 Å and are refused when the window is wanted, as is a blue one; all others cover it"
  )
  func window() throws {
    for file in SpectrumTestData.spectra + ["iraf-multispec/UVES.fits"] {
      let isShort = file.hasPrefix("bess/") || file.hasSuffix("UVES.fits")
      do throws(SpectrumError) {
        _ = try SpectrumReader.read(path: SpectrumTestData.path(file), window: FeaturePreset.window)
        #expect(!isShort, "\(file)")
      } catch {
        #expect(isShort && error.code == .notCovering, "\(file): \(error)")
      }
    }
  }

  @Test("The three LAMOST spectra of nothing but zeros are read, but give no vector")
  func constants() throws {
    let dead = [
      "lamost/dr1/spec-55862-B6212_sp06-117.fits", "lamost/dr1/spec-55862-B6212_sp06-145.fits",
      "lamost/dr7/spec-58575-HD103621N361936B01_sp03-018.fits",
    ]
    for preset in FeaturePreset.all {
      let extractor = FeatureExtractor(preset)
      for file in SpectrumTestData.spectra where !file.hasPrefix("bess/") {
        let spectrum = try SpectrumReader.read(path: SpectrumTestData.path(file))
        var code: SpectrumError.Code?
        do throws(SpectrumError) {
          let vector = try extractor.vector(of: spectrum)
          #expect(vector.min() == -1 && vector.max() == 1 && vector.allSatisfy(\.isFinite), "\(file)")
        } catch { code = error.code }
        #expect(code == (dead.contains(file) ? .constant : nil), "\(file)")
      }
    }
  }
}
