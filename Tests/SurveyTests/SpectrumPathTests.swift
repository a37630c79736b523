import Testing

@testable import Survey

@Suite struct SpectrumPathTests {
  private func path(_ did: String, collection: String = "ccd700") -> String {
    SpectrumPath.path(for: SpectrumRecord(id: 1, collection: collection, did: did), form: .file, isFITS: true)
  }

  @Test(arguments: [
    "ivo://x/../../../../etc/passwd", "../../x", "/etc/passwd", "ivo://x/..", "ivo://x/.", "..", "",
    "ivo://x/a\u{0}b", "ivo://x/a\nb", "ivo://x/%2e%2e%2fb", "ivo://x/" + String(repeating: "a", count: 5000),
  ])
  func aSpectrumsFileNeverLeavesItsFolder(did: String) {
    let parts = path(did).split(separator: "/")
    #expect(parts.count == 4 && parts[0] == "spectra" && parts[1] == "ccd700")
    #expect(!parts.contains("..") && !parts.contains("."))
    #expect(parts[3].count < 120 && !parts[3].hasPrefix("."))
    #expect(path(did).unicodeScalars.allSatisfy { $0.value > 32 && $0.value < 127 })
  }

  @Test func aCollectionsNameCannotLeaveTheFolderEither() {
    #expect(path("ivo://x/a", collection: "../../x").hasPrefix("spectra/_._.._x/"))
  }

  @Test func spectraThatDifferInTheirDIDOnlyHaveFilesOfTheirOwn() {
    #expect(path("ivo://x/a/spec") != path("ivo://x/b/spec"))
    #expect(path("ivo://x/a/spec.fits").hasSuffix(".fits"))
    #expect(!path("ivo://x/a/spec.fits").contains(".fits-"))
  }
}
