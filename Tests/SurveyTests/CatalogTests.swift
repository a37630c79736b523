import Classifier
import Foundation
import Testing

@testable import Survey

@Suite struct CatalogTests {
  @Test func everyArchiveOfTheCatalogueHasANameOfItsOwnAndAnAddress() throws {
    let services = try ServiceCatalog.builtIn().services
    #expect(Set(services.map(\.name)).count == services.count)
    for service in services {
      #expect(URL(string: service.ssap)?.host != nil, "\(service.name)")
      #expect(["air", "vacuum"].contains(service.scale), "\(service.name)")
      if let band = service.band {
        #expect(band.count == 2 && band[0] < band[1] && band[1] < 1e-5, "\(service.name)")
      }
    }
  }

  // Air wavelengths from the NIST Atomic Spectra Database (Hα: 6562.79, Hβ: 4861.35, He I: 6678.15, [N II]: 6548.05 and
  // 6583.45, Li I: 6707.76 to 6707.91, [S II]: 6716.44 and 6730.82), to 0.1 Å.
  @Test(arguments: [("Hα", 6562.79), ("Hβ", 4861.35), ("He I", 6678.15), ("Li I", 6707.8)])
  func theLinesAreInVacuum(name: String, air: Double) throws {
    let line = try #require(try LineCatalog.builtIn().lines.first { $0.name == name })
    // The refractive index of air is 1.00028 in the visible.
    #expect(abs(line.wavelength / air - 1.000276) < 1.5e-5)
  }

  @Test func theClassesOfBeStarsStandInTheOrderOfThePublishedNetwork() throws {
    let classes = try ClassSet.beStars()
    #expect(classes.names == ["absorption", "emission", "double-peak"] && classes.background == 0)
  }

  @Test(arguments: [
    "name = \"x\"\nbackground = \"a\"\n[[class]]\nname = \"a\"\ntitle = \"\"\nkey = \"1\"",
    "name = \"x\"\nbackground = \"c\"\n[[class]]\nname = \"a\"\ntitle = \"\"\nkey = \"1\"\n[[class]]\nname = \"b\"\ntitle = \"\"\nkey = \"2\"",
    "name = ",
  ])
  func aClassSetThatMakesNoSenseIsRefused(toml: String) {
    let error = #expect(throws: SurveyError.self) { try ClassSet(toml: toml) }
    #expect(error?.code == .configuration)
  }
}
