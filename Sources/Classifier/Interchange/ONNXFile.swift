import Tables

/// Networks as ONNX files, as other programs read and write them.
public enum ONNXFile {
  /// Prefix of the remarks that keep what ONNX has no place for.
  static let prefix = "votrawl."

  /// The bytes of a file: the network from feature vectors to probabilities, opset 13.
  ///
  /// Input `vectors` (rows, 140), outputs `probabilities` and `logits` (rows, classes), the latter divided by the
  /// temperature. The classes, the feature preset and the training record are in the metadata (`votrawl.classes`,
  /// `votrawl.preset`, `votrawl.record`).
  ///
  /// - Throws: `CLS-04` where the training record cannot be written.
  public static func bytes(_ model: TrainedModel) throws(ClassifierError) -> [UInt8] {
    let remarks = try ModelFile.remarks(model)
    var file = ProtobufWriter()
    file.integer(1, 8)
    file.text(2, "VOTrawl")
    file.text(3, ProjectVersion.current)
    file.message(7) { ONNXExport(model.network).write(to: &$0) }
    file.message(8) { opset in
      opset.text(1, "")
      opset.integer(2, 13)
    }
    for (key, value) in remarks.sorted(by: { $0.key < $1.key }) {
      file.message(14) { pair in
        pair.text(1, prefix + key)
        pair.text(2, value)
      }
    }
    return file.bytes
  }

  /// The network of a file and what is known of it.
  ///
  /// - Parameter bytes: a file of this program, or of another with the same layers: convolutions of width 3 with ReLU, pooling
  ///   by 2, dense layers with ReLU, softmax
  /// - Throws: `CLS-04` for a damaged file; `CLS-06` for other layers.
  public static func model(_ bytes: [UInt8]) throws(ClassifierError) -> ImportedModel {
    let graph = try ONNXGraph(bytes)
    var walk = ONNXImport(graph)
    let network = try walk.network()
    let own = graph.remarks.filter { $0.key.hasPrefix(prefix) }
    return try ImportedModel(
      network: network, origin: graph.producer.isEmpty ? "ONNX" : "ONNX by \(graph.producer)",
      remarks: Dictionary(
        uniqueKeysWithValues: own.map { (String($0.key.dropFirst(prefix.count)), $0.value) }))
  }
}

/// Writes the graph of a network.
struct ONNXExport {
  private let network: Network

  init(_ network: Network) { self.network = network }

  func write(to graph: inout ProtobufWriter) {
    let plan = network.plan
    var current = "vectors"
    var number = 0
    func node(
      _ kind: String, _ inputs: [String], to output: String? = nil,
      _ attributes: [(name: String, values: [Int], isList: Bool)] = []
    ) {
      number += 1
      let result = output ?? "\(kind.lowercased())\(number)"
      graph.message(1) { node in
        for input in inputs { node.text(1, input) }
        node.text(2, result)
        node.text(3, "\(kind.lowercased())-\(number)")
        node.text(4, kind)
        for attribute in attributes {
          node.message(5) { field in
            field.text(1, attribute.name)
            for value in attribute.values { field.integer(attribute.isList ? 8 : 3, value) }
            field.integer(20, attribute.isList ? 7 : 2)
          }
        }
      }
      current = result
    }
    node("Unsqueeze", [current, "axes"])
    for (place, layer) in plan.convolutions.enumerated() {
      let name = "conv\(place + 1)"
      node("Conv", [current, "\(name).weights", "\(name).bias"], [("kernel_shape", [3], true)])
      node("Relu", [current])
      if layer.isPooled { node("MaxPool", [current], [("kernel_shape", [2], true), ("strides", [2], true)]) }
    }
    node("Transpose", [current], [("perm", [0, 2, 1], true)])
    node("Flatten", [current], [("axis", [1], false)])
    for (place, layer) in plan.dense.enumerated() {
      node("Gemm", [current, "dense\(place + 1).weights", "dense\(place + 1).bias"])
      if layer.isHidden { node("Relu", [current]) }
    }
    node("Div", [current, "temperature"], to: "logits")
    node("Softmax", [current], to: "probabilities", [("axis", [-1], false)])
    graph.text(2, "VOTrawl")
    tensors(to: &graph)
    let classes = network.architecture.classCount
    for (field, name, size) in [
      (11, "vectors", network.architecture.inputLength), (12, "probabilities", classes),
      (12, "logits", classes),
    ] {
      graph.message(field) { Self.value(&$0, name, size) }
    }
  }

  private func tensors(to graph: inout ProtobufWriter) {
    for tensor in network.plan.tensors {
      let values = Array(network.parameters[tensor.offset..<tensor.offset + tensor.count])
      // ONNX has (outputs, inputs, window) where this network has (window, inputs, outputs).
      let isConvolution = tensor.shape.count == 3
      graph.message(5) { field in
        for length in isConvolution ? tensor.shape.reversed() : tensor.shape { field.integer(1, length) }
        field.integer(2, 1)
        field.text(8, tensor.name)
        field.floats(9, isConvolution ? Self.reversed(values, tensor.shape) : values)
      }
    }
    graph.message(5) { field in
      field.integer(2, 1)
      field.text(8, "temperature")
      field.floats(9, [network.temperature])
    }
    graph.message(5) { field in
      field.integer(1, 1)
      field.integer(2, 7)
      field.text(8, "axes")
      field.data(9, [1, 0, 0, 0, 0, 0, 0, 0])
    }
  }

  /// Values of a tensor of three axes with the order of the axes reversed.
  static func reversed(_ values: [Float], _ shape: [Int]) -> [Float] {
    var result = [Float](repeating: 0, count: values.count)
    for first in 0..<shape[0] {
      for second in 0..<shape[1] {
        for third in 0..<shape[2] {
          result[(third * shape[1] + second) * shape[0] + first] =
            values[(first * shape[1] + second) * shape[2] + third]
        }
      }
    }
    return result
  }

  /// A value of 32-bit floats, (rows, size).
  private static func value(_ field: inout ProtobufWriter, _ name: String, _ size: Int) {
    field.text(1, name)
    field.message(2) { type in
      type.message(1) { tensor in
        tensor.integer(1, 1)
        tensor.message(2) { shape in
          shape.message(1) { $0.text(2, "rows") }
          shape.message(1) { $0.integer(1, size) }
        }
      }
    }
  }
}
