import Foundation
import Testing

@testable import Classifier

@Suite("Networks of other programs")
struct InterchangeTests {
  private static let python = ProcessInfo.processInfo.environment["VOTRAWL_TEST_PYTHON"]
  /// Whether that Python has ONNX Runtime and NumPy.
  private static let hasRuntime: Bool = {
    guard let python else { return false }
    return (try? run(python, ["-c", "import onnxruntime, numpy"])) == 0
  }()

  @discardableResult
  private static func run(_ program: String, _ arguments: [String]) throws -> Int32 {
    let process = Process()
    process.executableURL = URL(filePath: program)
    process.arguments = arguments
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.standardError
    try process.run()
    process.waitUntilExit()
    return process.terminationStatus
  }

  /// A small model with a temperature, and vectors of simulated spectra.
  private func model(_ blocks: [[Int]] = [[8, 8], [12, 12]]) throws -> TrainedModel {
    let architecture = try NetworkArchitecture(
      inputLength: 140, blocks: blocks, dense: [16, 10], classCount: 3, dropout: 0.5)
    var parameters = Network(seed: 5, architecture: architecture).parameters
    // New networks have no biases: these shall be seen to travel, too.
    for index in parameters.indices where parameters[index] == 0 { parameters[index] = Float(index % 7) / 50 }
    var network = try Network(architecture: architecture, parameters: parameters)
    network.temperature = 1.7
    let imported = try ImportedModel(network: network, origin: "test")
    return try imported.trained(classNames: TrainingSet.beStarClasses, featurePreset: "standard")
  }

  private func vectors(_ count: Int) throws -> [Float] {
    let survey = SimulatedSurvey(kind: .lamost, count: 2 * count, seed: 21, emissionFraction: 0.5)
    let extractor = FeatureExtractor(.standard)
    // Some lack too many pixels for a vector.
    let vectors = (0..<2 * count).lazy.compactMap { try? extractor.vector(of: survey.spectrum($0)) }.prefix(
      count)
    try #require(vectors.count == count)
    return vectors.flatMap { $0 }
  }

  private func isClose(_ first: [Float], _ second: [Float], _ tolerance: Float) -> Bool {
    first.count == second.count && zip(first, second).allSatisfy { abs($0 - $1) <= tolerance }
  }

  @Test("a model written as ONNX comes back with the same weights, temperature and record")
  func roundTrip() throws {
    for model in [try model(), try self.model([[4, 6, 6]])] {
      let bytes = try ONNXFile.bytes(model)
      #expect(try ONNXFile.bytes(model) == bytes)
      let back = try ONNXFile.model(bytes)
      #expect(back.network.parameters == model.network.parameters)
      #expect(back.network.architecture.blocks == model.network.architecture.blocks)
      #expect(back.network.temperature == model.network.temperature)
      let trained = try back.trained(classNames: ["x", "y", "z"], featurePreset: "skoda2020")
      #expect(trained.record == model.record, "its own record and preset go before")
    }
  }

  @Test(
    "ONNX Runtime and this program give the same probabilities and logits to 1e-5",
    .enabled(if: hasRuntime, "needs a Python with onnxruntime and numpy (VOTRAWL_TEST_PYTHON)"))
  func runtime() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "onnx-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let rows = 200
    let input = try vectors(rows)
    try input.withUnsafeBytes { try Data($0).write(to: folder.appending(path: "vectors")) }
    // The published network, too, with the weights that a training begins with.
    var large = try model()
    large.network = Network(seed: 3)
    large.network.temperature = 0.8
    for (number, model) in [try model(), large].enumerated() {
      try Data(try ONNXFile.bytes(model)).write(to: folder.appending(path: "net.onnx"))
      let status = try Self.run(
        try #require(Self.python),
        [
          "-c",
          """
          import sys, numpy, onnxruntime
          folder = sys.argv[1]
          options = onnxruntime.SessionOptions()
          options.intra_op_num_threads = 1
          net = onnxruntime.InferenceSession(folder + "/net.onnx", options, providers=["CPUExecutionProvider"])
          assert [i.name for i in net.get_inputs()] == ["vectors"]
          x = numpy.fromfile(folder + "/vectors", "<f4").reshape(-1, 140)
          for name, y in zip(["probabilities", "logits"], net.run(["probabilities", "logits"], {"vectors": x})):
              y.astype("<f4").tofile(folder + "/" + name)
          """, folder.path(),
        ])
      #expect(status == 0)
      let found = try ["probabilities", "logits"].map { name in
        Array(try Data(contentsOf: folder.appending(path: name))).littleEndianFloats
      }
      let logits = try model.network.logits(of: input, rows: rows).map { $0 / model.network.temperature }
      #expect(
        isClose(found[0], try model.network.probabilities(of: input, rows: rows), 1e-5), "model \(number)")
      #expect(isClose(found[1], logits, 1e-5 * max(1, logits.map(abs).max() ?? 1)), "model \(number)")
    }
  }

  /// A graph as PyTorch exports it: channel after channel in a row, weights of dense layers (outputs, inputs).
  private func channelsFirst(_ network: Network) -> [UInt8] {
    let plan = network.plan
    var file = ProtobufWriter()
    file.text(2, "another program")
    file.message(7) { graph in
      var current = "x"
      func node(
        _ kind: String, _ inputs: [String], _ list: [(String, [Int])] = [], _ single: [(String, Int)] = []
      ) {
        let output = current + kind.prefix(1)
        graph.message(1) { node in
          for input in [current] + inputs { node.text(1, input) }
          node.text(2, output)
          node.text(4, kind)
          for (name, values) in list {
            node.message(5) { field in
              field.text(1, name)
              for value in values { field.integer(8, value) }
            }
          }
          for (name, value) in single {
            node.message(5) { field in
              field.text(1, name)
              field.integer(3, value)
            }
          }
        }
        current = output
      }
      for (place, layer) in plan.convolutions.enumerated() {
        node(
          "Conv", ["conv\(place + 1).weights", "conv\(place + 1).bias"],
          [("pads", [0, 0]), ("strides", [1])])
        node("Relu", [])
        if layer.isPooled { node("MaxPool", [], [("kernel_shape", [2]), ("strides", [2])]) }
      }
      node("Reshape", ["shape"])
      for (place, layer) in plan.dense.enumerated() {
        node("Gemm", ["dense\(place + 1).weights", "dense\(place + 1).bias"], [], [("transB", 1)])
        if layer.isHidden { node("Relu", []) }
      }
      node("Softmax", [])
      for tensor in plan.tensors {
        var values = Array(network.parameters[tensor.offset..<tensor.offset + tensor.count])
        if tensor.shape.count == 3 { values = ONNXExport.reversed(values, tensor.shape) }
        if tensor.name == "dense1.weights" {
          let (channels, outputs) = (plan.convolutions.last?.outputChannels ?? 1, tensor.shape[1])
          let pixels = tensor.shape[0] / channels
          var turned = values
          for channel in 0..<channels {
            for pixel in 0..<pixels {
              for output in 0..<outputs {
                turned[(channel * pixels + pixel) * outputs + output] =
                  values[(pixel * channels + channel) * outputs + output]
              }
            }
          }
          values = turned
        }
        if tensor.shape.count == 2 {
          values = LayerList.transposed(values, rows: tensor.shape[0], columns: tensor.shape[1])
        }
        graph.message(5) { field in
          for length in tensor.shape.reversed() { field.integer(1, length) }
          field.integer(2, 1)
          field.text(8, tensor.name)
          field.floats(9, values)
        }
      }
      graph.message(5) { field in
        field.integer(1, 2)
        field.integer(2, 7)
        field.text(8, "shape")
        for value in [0, -1] { field.integer(7, value) }
      }
      graph.message(11) { input in
        input.text(1, "x")
        input.message(2) { type in
          type.message(1) { tensor in
            tensor.message(2) { shape in
              for length in [1, 1, 140] { shape.message(1) { $0.integer(1, length) } }
            }
          }
        }
      }
    }
    return file.bytes
  }

  @Test("a graph that lays out channel after channel gives the same network")
  func otherOrder() throws {
    let model = try model()
    let back = try ONNXFile.model(channelsFirst(model.network))
    #expect(back.network.parameters == model.network.parameters)
    #expect(back.network.temperature == 1 && back.origin == "ONNX by another program")
    let trained = try back.trained(classNames: ["a", "b", "c"], featurePreset: "skoda2020")
    #expect(trained.record.classNames == ["a", "b", "c"] && trained.record.featurePreset == "skoda2020")
    #expect(trained.record.shares == [1.0 / 3, 1.0 / 3, 1.0 / 3] && !trained.record.usesSimulation)
    #expect(throws: ClassifierError.self) { try back.trained(classNames: ["a"], featurePreset: "standard") }
  }

  @Test("damaged ONNX files are refused, and none brings the program down")
  func damage() throws {
    let good = try ONNXFile.bytes(try model([[2, 2]]))
    var random = CounterRandom(seed: 9, .split, 2)
    var refused = 0
    for _ in 0..<1500 {
      var bytes = good
      switch random.integer(below: 3) {
      case 0: bytes = Array(bytes.prefix(random.integer(below: bytes.count)))
      case 1:
        for _ in 0..<(1 + random.integer(below: 8)) {
          // Structure lies at the beginning and at the end of each part.
          bytes[random.integer(below: min(bytes.count, 3000))] = UInt8(random.integer(below: 256))
        }
      default:
        let place = random.integer(below: bytes.count)
        bytes.removeSubrange(place..<min(bytes.count, place + 1 + random.integer(below: 20)))
      }
      do {
        _ = try ONNXFile.model(bytes)
      } catch {
        refused += 1
        #expect([.format, .architecture].contains(error.code))
      }
    }
    #expect(refused > 900)
    #expect(throws: ClassifierError.self) { try ONNXFile.model([]) }
    #expect(throws: ClassifierError.self) { try ONNXFile.model(Array("<html>".utf8)) }
  }

  /// The bytes of a `.npz` that NumPy wrote, and of one it packed.
  @Test(
    "weights of Keras that NumPy wrote, stored or packed, give the network; damaged archives are refused",
    .enabled(if: hasRuntime, "needs a Python with numpy and onnxruntime (VOTRAWL_TEST_PYTHON)"))
  func keras() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "npz-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let network = try model().network
    let shapes = network.plan.tensors.map(\.shape)
    try network.parameters.withUnsafeBytes { try Data($0).write(to: folder.appending(path: "parameters")) }
    let status = try Self.run(
      try #require(Self.python),
      [
        "-c",
        """
        import sys, numpy
        folder, shapes = sys.argv[1], eval(sys.argv[2])
        flat = numpy.fromfile(folder + "/parameters", "<f4")
        weights, at = [], 0
        for shape in shapes:
            size = int(numpy.prod(shape))
            weights.append(flat[at:at + size].reshape(shape))
            at += size
        numpy.savez(folder + "/stored.npz", *weights)
        numpy.savez_compressed(folder + "/packed.npz", *[w.astype("<f8") for w in weights])
        """, folder.path(), "\(shapes)",
      ])
    #expect(status == 0)
    for name in ["stored.npz", "packed.npz"] {
      let path = folder.appending(path: name).path()
      let imported = try ImportedModel.read(path)
      #expect(imported.network.parameters == network.parameters, "\(name)")
      let good = Array(try Data(contentsOf: URL(filePath: path)))
      var random = CounterRandom(seed: 4, .split, 3)
      for _ in 0..<300 {
        var bytes = good
        if random.integer(below: 2) == 0 {
          bytes.removeLast(random.integer(below: bytes.count))
        } else {
          for _ in 0..<4 {
            let tail = min(bytes.count, 1500)
            bytes[bytes.count - 1 - random.integer(below: tail)] = UInt8(random.integer(below: 256))
          }
        }
        // Either it is refused with a reason, or what was changed carries no meaning.
        let finite = (try? KerasWeights.model(bytes))?.network.parameters.allSatisfy(\.isFinite) ?? true
        #expect(finite)
      }
    }
  }

  @Test("an HDF5 file is refused with the way to go on")
  func hdf5() throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).h5").path()
    defer { try? FileManager.default.removeItem(atPath: path) }
    try Data([0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a] + [UInt8](repeating: 0, count: 100))
      .write(to: URL(filePath: path))
    let error = #expect(throws: ClassifierError.self) { try ImportedModel.read(path) }
    #expect(error?.hint?.contains("numpy.savez") == true)
  }
}
