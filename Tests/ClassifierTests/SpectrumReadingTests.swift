import Classifier
import Testing

/// What astropy 8.0.2 and numpy read from a file, by the rules of each layout: number of pixels; first, middle and
/// last wavelength (Å); flux of the middle pixel; mean flux; inverse variance of the middle pixel.
struct Reference: Sendable, CustomTestStringConvertible {
  let file: String
  let count: Int
  let first: Double
  let middle: Double
  let last: Double
  let flux: Double
  let mean: Double
  let weight: Double?

  init(
    _ file: String, _ count: Int, _ first: Double, _ middle: Double, _ last: Double, _ flux: Double,
    _ mean: Double, _ weight: Double?
  ) {
    self.file = file
    self.count = count
    self.first = first
    self.middle = middle
    self.last = last
    self.flux = flux
    self.mean = mean
    self.weight = weight
  }

  var testDescription: String { file }

  static let all: [Reference] = [
    Reference(
      "ondrejov/native/alpha-lyr-absorption.fits", 1997, 6252.88698672323, 6509.053516046174,
      6765.220045369119, 222931.140625,
      221036.11817530985, nil),
    Reference(
      "ondrejov/native/bt-cmi-ondrejov.fits", 2047, 6261.67892478703, 6497.908215355306, 6734.137505923582,
      5559.1611328125,
      5725.731989172417, nil),
    Reference(
      "ondrejov/sdm/gamma-cas-emission.fits", 1757, 6282.159387882207, 6507.502398312971, 6732.845408743736,
      0.9993613768470817,
      1.0829584196194182, nil),
    Reference(
      "ondrejov/every-output-format/spectrum.fits", 1997, 6252.4507187675, 6508.612470489347,
      6764.774222211195, 68006.9453125,
      68873.35954517714, nil),
    Reference(
      "ondrejov/every-output-format/binary.vot", 1997, 6260.3413863983, 6516.512838864678, 6772.6842913310575,
      264015.875,
      290298.8709548698, nil),
    Reference(
      "ondrejov/every-output-format/tabledata.vot", 1997, 6260.3413863983, 6516.512838864678,
      6772.6842913310575, 264015.875,
      290298.8709548698, nil),
    Reference(
      "ondrejov/every-output-format/spectrum.csv", 1997, 6260.34121155377, 6516.512656865651,
      6772.684102177531, 0.898524709334469,
      0.9876380047117379, nil),
    Reference(
      "ondrejov/every-output-format/spectrum.txt", 1997, 6260.3413864, 6516.51283886, 6772.68429133,
      264015.875,
      290298.8709548698, nil),
    Reference(
      "lamost/dr1/spec-55862-B6212_sp06-006.fits", 3904, 3699.9853117285957, 5799.626158196422,
      9088.662990655877, 0.0,
      95.2554279956356, 0.0),
    Reference(
      "lamost/dr2/spec-55919-B5591903_sp01-001.fits", 3909, 3699.9853117285957, 5802.297599818741,
      9099.132726322518, 37.108116149902344,
      14.647261271002112, 0.004207977093756199),
    Reference(
      "lamost/dr2-dr3-excerpts/spec-55939-GAC_061N46_V3_sp07-078.fits", 3894, 3699.986328125,
      5792.95458984375, 9067.76171875, 1840.7786865234375,
      2195.776820789684, 0.0005429435987025499),
    Reference(
      "lamost/dr7-gzip-named-fits/101017.fits", 3908, 3699.986328125, 5802.29931640625, 9097.0400390625,
      153.731201171875,
      150.6030703757412, 0.026886774227023125),
    Reference(
      "lamost/dr8/spec-55859-F5907_sp12-016.fits.gz", 3820, 3700.0, 5743.83203125, 8914.5966796875,
      39.7772331237793,
      38.38694168497754, 15.654203414916992),
    Reference(
      "lamost/dr10/spec-59522-GACII052N48B2_sp05-168.fits.gz", 3909, 3699.986328125, 5802.29931640625,
      9099.134765625, 336.6145324707031,
      327.029366493957, 0.007975582033395767),
    Reference(
      "lamost/mrs/med-58269-HIP95119KP01_sp12-076.fits.gz", 3726, 6308.409014722262, 6584.910422651721,
      6873.37257362731, 39.52859115600586,
      22.718373900362387, 0.0016712263459339738),
    Reference(
      "sdss/spec-1230-52672-0233.fits", 3831, 3801.8932953144076, 5908.811160877149, 9183.327215116415,
      52.85958480834961,
      63.824110308940654, 0.4010698199272156),
    Reference(
      "lamost/dr2-dr3-excerpts/spec-3128-54776-0008.fits", 3815, 3825.6040110108315, 5934.717738631933,
      9206.61291663813, 44.13698196411133,
      35.27031720050197, 2.2616662979125977),
    Reference(
      "bess/_deneb_20230809_821.fits", 7023, 6475.035503788679, 6584.47083798967, 6693.906172190661,
      1.0417306423187256,
      0.9976696952971641, nil),
    Reference(
      "bess/alphadra_20230419202227_ebertrand.fit", 2663, 6500.88700852263, 6556.06915979963,
      6611.2513110766295, 0.7091835141181946,
      0.873135474987868, nil),
    Reference(
      "iraf-multispec/UM669_nF.fits", 16602, 3041.4522511668856, 5592.892177179304, 10283.951520395429,
      0.984375,
      0.6638106242847247, nil),
  ]
}

@Suite("Reading spectra", .enabled(if: SpectrumTestData.isThere, SpectrumTestData.note))
struct SpectrumReadingTests {
  @Test(
    "Wavelengths, flux and weights of every layout are those that astropy reads", arguments: Reference.all)
  func astropy(_ reference: Reference) throws {
    let spectrum = try SpectrumReader.read(path: SpectrumTestData.path(reference.file))
    let middle = reference.count / 2
    try #require(spectrum.count == reference.count)
    // Powers of ten may differ in the last digit, sums in the order of their terms.
    #expect(abs(spectrum.wavelength[0] / reference.first - 1) < 1e-15)
    #expect(abs(spectrum.wavelength[middle] / reference.middle - 1) < 1e-15)
    #expect(abs(spectrum.wavelength[middle * 2 - (1 - reference.count % 2)] / reference.last - 1) < 1e-15)
    #expect(spectrum.flux[middle] == reference.flux)
    let mean = spectrum.flux.reduce(0, +) / Double(spectrum.count)
    #expect(abs(mean / reference.mean - 1) < 1e-12)
    #expect(spectrum.inverseVariance?[middle] == reference.weight)
  }

  @Test("Every spectrum of the collection is read, with the layout its folder has")
  func everyFile() throws {
    let layouts: [(prefix: String, expected: Set<SpectrumLayout>)] = [
      ("pairs/ondrejov", [.sdmTable]), ("pairs/lamost", [.lamostDR1]), ("ondrejov/native", [.ondrejovNative]),
      ("ondrejov/sdm", [.sdmTable]),
      ("ondrejov/every-output-format", [.ondrejovNative, .sdmTable, .sdmVOTable, .text]),
      // The folder of DR1 holds one file of DR2's layout.
      ("lamost/dr1/", [.lamostDR1, .lamostDR2]), ("lamost/dr2/", [.lamostDR2]), ("lamost/dr7", [.lamostDR3]),
      ("lamost/dr8", [.lamostDR3]), ("lamost/dr10", [.lamostDR9]), ("lamost/dr5-dr9-dr13", [.lamostDR9]),
      // One is a model spectrum in a plain table.
      ("lamost/dr6-dr7", [.lamostDR3, .table]), ("lamost/dr2-dr3-excerpts", [.lamostDR2, .lamostDR3, .sdss]),
      ("lamost/mrs", [.lamostMRS]), ("sdss", [.sdss]), ("bess", [.bess]),
    ]
    #expect(SpectrumTestData.spectra.count > 490)
    for file in SpectrumTestData.spectra {
      let spectrum = try SpectrumReader.read(path: SpectrumTestData.path(file))
      #expect(spectrum.count > 1000, "\(file)")
      let expected = try #require(layouts.first { file.hasPrefix($0.prefix) }?.expected, "\(file)")
      #expect(expected.contains(spectrum.metadata.layout), "\(file): \(spectrum.metadata.layout)")
      #expect(spectrum.metadata.isSimulated == false)
      #expect(try spectrum == SpectrumReader.read(bytes: SpectrumTestData.bytes(file)), "\(file)")
    }
  }

  @Test(
    "Scale is vacuum for the surveys from LAMOST and SDSS, air for Ondřejov and amateurs, and never a guess")
  func scales() throws {
    for file in SpectrumTestData.spectra {
      let spectrum = try SpectrumReader.read(path: SpectrumTestData.path(file))
      switch spectrum.metadata.survey {
      case .ondrejov, .bess: #expect(spectrum.scale == .air, "\(file)")
      case .lamost, .lamostMRS, .sdss: #expect(spectrum.scale == .vacuum, "\(file)")
      case .other:
        // Bare columns of text and the model say nothing.
        #expect([.text, .table].contains(spectrum.metadata.layout), "\(file)")
        #expect(spectrum.metadata.scaleOrigin == .assumed)
      }
    }
  }

  @Test("The assumed scale can be told, and is only used where nothing else says")
  func assumedScale() throws {
    let vacuum = SpectrumReader.Options(assumedScale: .vacuum)
    let text = try SpectrumReader.read(
      path: SpectrumTestData.path("ondrejov/every-output-format/spectrum.csv"), options: vacuum)
    #expect(text.scale == .vacuum)
    let native = try SpectrumReader.read(
      path: SpectrumTestData.path("ondrejov/native/ua280060.fits"), options: vacuum)
    #expect(native.scale == .air)
  }

  @Test(
    "Row 2 of LAMOST DR1 is a normalised flux and is not taken for wavelengths; from DR2 on it is the wavelength"
  )
  func rowTwo() throws {
    let first = try SpectrumReader.read(
      path: SpectrumTestData.path("lamost/dr1/spec-55862-B6212_sp06-006.fits"))
    let second = try SpectrumReader.read(
      path: SpectrumTestData.path("lamost/dr2/spec-55919-B5591903_sp01-001.fits"))
    // Both start at log10 λ = 3.5682 (astropy).
    #expect(abs(first.wavelength[0] - 3699.98531) < 1e-4)
    #expect(abs(second.wavelength[0] - 3699.98531) < 1e-4)
  }

  @Test(
    "Two data rows of a LAMOST file are the same star's as the catalogue's: name without prefix, date, S/N of r"
  )
  func lamostMetadata() throws {
    let metadata = try SpectrumReader.read(
      path: SpectrumTestData.path("lamost/dr1/spec-55862-B6212_sp06-006.fits")
    ).metadata
    #expect(metadata.object == "J063657.24+272227.2")
    #expect(metadata.ra == 99.238526 && metadata.dec == 27.374228)
    // astropy.time of DATE-OBS; the cards LMJD 55862 and MJD 55863 are both wrong.
    #expect(abs((metadata.dateObs ?? 0) - 55861.835117939816) < 1e-9)
    #expect(metadata.exposure == 3600)
    #expect(metadata.card("SPID") == "6" && metadata.card("PLANID") == "B6212")
  }

  @Test("Ondřejov coordinates are J2000 although EQUINOX holds the date, and DATE-OBS is completed by UT")
  func ondrejovMetadata() throws {
    let metadata = try SpectrumReader.read(
      path: SpectrumTestData.path("ondrejov/native/alpha-lyr-absorption.fits")
    ).metadata
    // Vega in Hipparcos, J2000: 279.23473 +38.78369; precessed from 2012.6 it would be 0.11° off.
    #expect(abs((metadata.ra ?? 0) - 279.23473) < 1e-4 && abs((metadata.dec ?? 0) - 38.78369) < 1e-4)
    #expect(abs((metadata.dateObs ?? 0) - 56152.974131944444) < 1e-9)
    #expect(metadata.object == "alpha Lyr" && metadata.exposure == 20)
    #expect(metadata.survey == .ondrejov && metadata.resolution == 0.21)
  }

  @Test("A Spectral Data Model table gives the same star, date and place as the original it was made from")
  func sdmMetadata() throws {
    let original = try SpectrumReader.read(
      path: SpectrumTestData.path("ondrejov/native/alpha-lyr-absorption.fits")
    ).metadata
    let served = try SpectrumReader.read(
      path: SpectrumTestData.path("ondrejov/sdm/alpha-lyr-absorption.fits")
    ).metadata
    #expect(served.object == original.object && served.exposure == original.exposure)
    #expect(abs((served.ra ?? 0) - (original.ra ?? 9)) < 1e-8)
    #expect(abs((served.dateObs ?? 0) - (original.dateObs ?? 9)) < 1e-6)
    #expect(served.publisherDID == "ivo://asu.cas.cz/stel/ccd700/vh130075")
    #expect(served.survey == .ondrejov)
  }

  @Test("SDSS position and S/N come from the table behind, not from the centre of the plate")
  func sdssMetadata() throws {
    let metadata = try SpectrumReader.read(path: SpectrumTestData.path("sdss/spec-6064-56097-0980.fits"))
      .metadata
    // PLUG_RA, PLUG_DEC and SN_MEDIAN[2] of SPALL (astropy); the plate centre is 257.98 +41.53.
    #expect(metadata.ra == 259.38414 && metadata.dec == 41.591357)
    #expect(abs((metadata.snr ?? 0) - 22.000538) < 1e-5)
    // wdisp at Hα is about one pixel of 1.51 Å.
    #expect(abs((metadata.resolution ?? 0) - 1.5) < 0.1)
  }

  @Test("Masks are the OR masks of the file, and a pixel is good where mask, weight and flux are")
  func masks() throws {
    let spectrum = try SpectrumReader.read(
      path: SpectrumTestData.path("lamost/dr2/spec-55919-B5591903_sp01-001.fits"))
    let mask = try #require(spectrum.mask)
    let weights = try #require(spectrum.inverseVariance)
    for pixel in 0..<spectrum.count {
      #expect(spectrum.isGood(pixel) == (mask[pixel] == 0 && weights[pixel] > 0))
    }
    // astropy: 29 pixels of 64 in row 4, none in row 3; 1735 pixels without weight.
    #expect(mask.filter { $0 == 64 }.count == 29 && mask.filter { $0 != 0 }.count == 29)
    #expect(weights.filter { $0 <= 0 }.count == 1735)
  }
}
