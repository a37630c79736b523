import Classifier
import Foundation
import GRDB

/// A spectrum's feature vector as it is kept, or why it has none.
struct FeatureRow: Sendable {
  var spectrum: Int64
  var preset: String
  var vector: [Float]?
  var layout: String?
  var snr: Double?
  var dateObs: Double?
  var isSimulated: Bool
  var problem: String?

  /// Makes the vector of a spectrum.
  init(_ id: Int64, _ spectrum: Spectrum, _ preset: FeaturePreset) {
    self.spectrum = id
    self.preset = preset.name
    layout = "\(spectrum.metadata.layout)"
    snr = spectrum.metadata.snr
    dateObs = spectrum.metadata.dateObs
    isSimulated = spectrum.metadata.isSimulated
    do {
      vector = try FeatureExtractor(preset).vector(of: spectrum)
    } catch {
      problem = "\(error)"
    }
  }

  /// Notes that a spectrum could not be read.
  init(_ id: Int64, unreadable problem: String, _ preset: FeaturePreset) {
    spectrum = id
    self.preset = preset.name
    isSimulated = false
    self.problem = problem
  }

  func insert(_ db: Database) throws {
    try db.execute(
      sql: """
        INSERT INTO feature (spectrum, preset, state, vector, layout, snr, date_obs, simulated, problem)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (spectrum, preset) DO UPDATE SET state = excluded.state, vector = excluded.vector,
          layout = excluded.layout, snr = excluded.snr, date_obs = excluded.date_obs,
          simulated = excluded.simulated, problem = excluded.problem
        """,
      arguments: [
        spectrum, preset, vector == nil ? "refused" : "done", vector.map(FloatBlob.data), layout, snr,
        dateObs,
        isSimulated, problem,
      ])
  }
}

/// Vectors of floats as the database keeps them: 4 bytes a value, little-endian.
enum FloatBlob {
  static func data(_ values: [Float]) -> Data {
    values.withUnsafeBufferPointer { Data(buffer: $0) }
  }

  static func append(_ data: Data, to values: inout [Float]) {
    data.withUnsafeBytes { bytes in
      for offset in stride(from: 0, to: bytes.count - 3, by: 4) {
        values.append(
          Float(
            bitPattern: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))))
      }
    }
  }
}
