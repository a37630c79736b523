import Foundation
import Testing

@testable import Classifier

@Suite("Model files")
struct NetworkModelFileTests {
  static func model() throws -> TrainedModel {
    let architecture = try NetworkArchitecture(
      inputLength: 20, blocks: [[3, 4], [5]], dense: [6], classCount: 3, dropout: 0.5)
    let configuration = TrainerConfiguration(
      seed: 4, architecture: architecture, batchSize: 16, maximumEpochs: 2, balancing: .none)
    return try Trainer(configuration).train(ToySpectra.set(count: 90, length: 20))
  }

  @Test("what is written is read again: parameters, temperature, record; the same model gives the same bytes")
  func roundTrip() throws {
    let model = try Self.model()
    let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).votmodel").path()
    defer { try? FileManager.default.removeItem(atPath: path) }
    try model.write(to: path)
    let read = try TrainedModel(path: path)
    #expect(read.network.parameters == model.network.parameters)
    #expect(read.network.temperature == model.network.temperature)
    #expect(read.network.architecture == model.network.architecture)
    #expect(read.record == model.record)
    #expect(read.record.isWhollySimulated)
    #expect(try Array(Data(contentsOf: URL(filePath: path))) == ModelFile.bytes(Self.model()))
    #expect(!FileManager.default.fileExists(atPath: path + ".part"))
  }

  @Test("every changed byte and every cut is noticed")
  func damage() throws {
    let bytes = try ModelFile.bytes(Self.model())
    for place in stride(from: 0, to: bytes.count, by: 37) {
      var damaged = bytes
      damaged[place] ^= 0x10
      #expect(throws: ClassifierError.self, "byte \(place)") { try ModelFile.read(bytes: damaged) }
    }
    for length in [0, 1, 7, 8, 31, 32, 100, bytes.count / 2, bytes.count - 1] {
      #expect(throws: ClassifierError.self, "\(length) bytes") {
        try ModelFile.read(bytes: Array(bytes.prefix(length)))
      }
    }
    #expect(throws: ClassifierError.self) { try ModelFile.read(bytes: bytes + [0]) }
  }

  /// The file with its header replaced, and a checksum that fits.
  private func forged(_ change: (String) -> String) throws -> [UInt8] {
    let bytes = try ModelFile.bytes(Self.model())
    let length = bytes[16..<24].reversed().reduce(0) { $0 << 8 | Int($1) }
    let header = Array(change(String(decoding: bytes[24..<24 + length], as: UTF8.self)).utf8)
    let data = bytes[((24 + length + 63) / 64 * 64)..<bytes.count - 8]
    var result = Array(bytes[..<16])
    result += (0..<8).map { UInt8(truncatingIfNeeded: header.count >> (8 * $0)) }
    result += header
    result += [UInt8](repeating: 0, count: (result.count + 63) / 64 * 64 - result.count)
    result += data
    var checksum = CRC64()
    checksum.add(result)
    return result + (0..<8).map { UInt8(truncatingIfNeeded: checksum.value >> (8 * $0)) }
  }

  @Test("a header that lies is refused, though the checksum fits")
  func lies() throws {
    #expect(throws: Never.self) { _ = try ModelFile.read(bytes: forged { $0 }) }
    let lies: [(String, String, ClassifierError.Code)] = [
      ("\"offset\":0", "\"offset\":99999999", .format), ("\"offset\":0", "\"offset\":-4", .format),
      ("\"shape\":[3,1,3]", "\"shape\":[3,1,9223372036854775807]", .format),
      ("\"shape\":[3,1,3]", "\"shape\":[3,1,-3]", .format),
      ("\"shape\":[3,1,3]", "\"shape\":[3,3,1]", .architecture),
      ("\"inputLength\":20", "\"inputLength\":9223372036854775807", .format),
      ("\"inputLength\":20", "\"inputLength\":40", .architecture),
      ("VOTrawl model", "VOTrawl thing", .format), ("{", "[", .format),
    ]
    for (old, new, code) in lies {
      let bytes = try forged { header in
        guard let range = header.range(of: old) else { return "" }
        return header.replacingCharacters(in: range, with: new)
      }
      let error = #expect(throws: ClassifierError.self, "\(new)") { try ModelFile.read(bytes: bytes) }
      #expect(error?.code == code, "\(new): \(String(describing: error))")
    }
  }

  @Test("a file of something else, and of a later version, is named as what it is")
  func strangers() throws {
    let fits = Array("SIMPLE  =                    T".utf8) + [UInt8](repeating: 32, count: 2000)
    let error = #expect(throws: ClassifierError.self) { try ModelFile.read(bytes: fits) }
    #expect(error?.code == .format)
    #expect(error?.message.contains("does not begin with") == true)
    var later = try ModelFile.bytes(Self.model())
    later[8] = 2
    let version = #expect(throws: ClassifierError.self) { try ModelFile.read(bytes: later) }
    #expect(version?.code == .version)
    let missing = #expect(throws: ClassifierError.self) { try ModelFile.read("/nowhere/x.votmodel") }
    #expect(missing?.code == .file)
    #expect(missing?.description.contains("/nowhere/x.votmodel") == true)
  }

  @Test("the checksum is CRC-64/XZ: check value of its catalogue entry")
  func checksum() {
    var whole = CRC64()
    whole.add(Array("123456789".utf8))
    #expect(whole.value == 0x995D_C9BB_DF19_39FA)
    var parts = CRC64()
    parts.add(Array("1".utf8))
    parts.add(Array("23456789".utf8))
    #expect(parts.value == whole.value)
  }

  @Test("an impossible architecture is refused")
  func architectures() {
    func make(_ length: Int, _ blocks: [[Int]], _ dense: [Int], _ classes: Int) throws {
      _ = try NetworkArchitecture(
        inputLength: length, blocks: blocks, dense: dense, classCount: classes, dropout: 0.5)
    }
    #expect(throws: Never.self) { try make(6, [[1, 1]], [], 2) }
    #expect(throws: ClassifierError.self) { try make(5, [[1, 1]], [], 2) }
    #expect(throws: ClassifierError.self) { try make(140, [[8], [8, 8]], [8], 3) }
    #expect(throws: ClassifierError.self) { try make(140, [], [8], 3) }
    #expect(throws: ClassifierError.self) { try make(140, [[8, 8], []], [8], 3) }
    #expect(throws: ClassifierError.self) { try make(140, [[8, 0]], [8], 3) }
    #expect(throws: ClassifierError.self) { try make(140, [[8, 8]], [8], 1) }
    #expect(throws: ClassifierError.self) { try make(65_536, [[8192, 1]], [8192], 3) }
  }
}
