import Foundation
import Testing

@testable import Crossmatch

/// The Python of `VOTRAWL_TEST_PYTHON`, if it has mocpy.
enum Mocpy {
  static let python: String? = {
    guard let path = ProcessInfo.processInfo.environment["VOTRAWL_TEST_PYTHON"] else { return nil }
    let python = Process()
    python.executableURL = URL(fileURLWithPath: path)
    python.arguments = ["-c", "import mocpy"]
    python.standardError = FileHandle.nullDevice
    guard (try? python.run()) != nil else { return nil }
    python.waitUntilExit()
    return python.terminationStatus == 0 ? path : nil
  }()
}

/// Our files read by mocpy; checked with mocpy 0.21.0.
@Suite(
  .enabled(
    if: ReferenceTables.isThere && Mocpy.python != nil,
    "VOTRAWL_TEST_PYTHON names no Python with mocpy, or the reference tables are not here"))
struct MOCPeerTests {
  static let script = """
    import sys, glob, os
    from mocpy import MOC
    n = 0
    for f in sorted(glob.glob(sys.argv[1] + '/*.range.fits')):
        b = f[:-11]
        want = MOC.load(sys.argv[2] + '/' + os.path.basename(b) + '.fits')
        for e, form in (('.range.fits', 'fits'), ('.nuniq.fits', 'fits'), ('.json', 'json'), ('.txt', 'ascii')):
            got = MOC.load(b + e, format=form)
            same = (len(got.to_depth29_ranges) == len(want.to_depth29_ranges)
                    and (got.to_depth29_ranges == want.to_depth29_ranges).all() and got.max_order == want.max_order)
            if not same: print('differs:', b + e)
            n += 1
    print(n)
    """

  @Test func `mocpy reads all our forms of its 55 MOCs as the same sets of the same order`() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("moc-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for name in try MOCReferenceTests.names() {
      let moc = try MOC(path: ReferenceTables.folder.appendingPathComponent("moc/\(name).fits").path)
      let base = folder.appendingPathComponent(name).path
      try Data(moc.fits()).write(to: URL(fileURLWithPath: base + ".range.fits"))
      try Data(moc.fits(form: .nuniq)).write(to: URL(fileURLWithPath: base + ".nuniq.fits"))
      try moc.write(toPath: base + ".json")
      try moc.write(toPath: base + ".txt")
    }
    let python = Process()
    python.executableURL = URL(fileURLWithPath: try #require(Mocpy.python))
    python.arguments = [
      "-c", Self.script, folder.path, ReferenceTables.folder.appendingPathComponent("moc").path,
    ]
    let pipe = Pipe()
    python.standardOutput = pipe
    try python.run()
    let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    python.waitUntilExit()
    #expect(output == "220\n")
  }
}
