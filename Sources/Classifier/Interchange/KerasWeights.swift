/// Weights of a Keras network as NumPy keeps them: `numpy.savez("net.npz", *model.get_weights())`.
///
/// An `.npz` is a ZIP archive of arrays `arr_0.npy`, `arr_1.npy`, …: of each layer its kernel and its bias, convolutions
/// (3, inputs, outputs) in pairs with a pooling after each pair, then dense layers (inputs, outputs), channels last. Where
/// poolings stand is not in the weights; networks with another pattern come as ONNX.
enum KerasWeights {
  /// The network of an archive.
  ///
  /// - Throws: `CLS-04` for a damaged archive; `CLS-06` for arrays that are not those of such a network.
  static func model(_ bytes: [UInt8]) throws(ClassifierError) -> ImportedModel {
    var arrays: [(number: Int, array: NumPyArray)] = []
    for entry in try ZipArchive(bytes).entries() {
      guard entry.name.hasPrefix("arr_"), entry.name.hasSuffix(".npy"),
        let number = Int(entry.name.dropFirst(4).dropLast(4))
      else {
        throw ClassifierError(
          .format, "an archive with \"\(entry.name.prefix(80))\", not of arrays arr_0.npy, arr_1.npy …",
          hint: "in Python: numpy.savez(\"net.npz\", *model.get_weights())")
      }
      arrays.append((number, try NumPyArray(entry.bytes)))
    }
    arrays.sort { $0.number < $1.number }
    return try ImportedModel(network: network(arrays.map(\.array)), origin: "weights of Keras")
  }

  private static func network(_ arrays: [NumPyArray]) throws(ClassifierError) -> Network {
    guard !arrays.isEmpty, arrays.count % 2 == 0, arrays.count <= 128 else {
      throw ONNXImport.foreign("\(arrays.count) arrays, which are not kernels and biases")
    }
    var blocks: [[Int]] = []
    var dense: [Int] = []
    for place in stride(from: 0, to: arrays.count, by: 2) {
      let (kernel, bias) = (arrays[place].shape, arrays[place + 1].shape)
      guard let outputs = kernel.last, bias == [outputs] else {
        throw ONNXImport.foreign("a kernel of shape \(kernel) with a bias of shape \(bias)")
      }
      if kernel.count == 3, dense.isEmpty {
        if blocks.last?.count == 1 {
          blocks[blocks.count - 1].append(outputs)
        } else {
          blocks.append([outputs])
        }
      } else if kernel.count == 2 {
        dense.append(outputs)
      } else {
        throw ONNXImport.foreign("a kernel of shape \(kernel)")
      }
    }
    guard let classes = dense.popLast() else { throw ONNXImport.foreign("no dense layer") }
    let architecture = try NetworkArchitecture(
      inputLength: FeaturePreset.count, blocks: blocks, dense: dense, classCount: classes, dropout: 0.5)
    let plan = NetworkPlan(architecture)
    for (array, tensor) in zip(arrays, plan.tensors) where array.shape != tensor.shape {
      throw ONNXImport.foreign("\(tensor.name) of shape \(array.shape) instead of \(tensor.shape)")
    }
    let parameters = arrays.flatMap(\.values)
    guard parameters.count == plan.parameterCount, parameters.allSatisfy(\.isFinite) else {
      throw ClassifierError(.format, "weights that are not finite, or too many or too few")
    }
    return Network(plan: plan, parameters: parameters)
  }
}

/// An array of a `.npy` file: 32- or 64-bit floats in C order, as 32-bit ones.
struct NumPyArray {
  let shape: [Int]
  let values: [Float]

  /// Reads a file of format 1, 2 or 3.
  ///
  /// - Throws: `CLS-04` for anything else.
  init(_ bytes: [UInt8]) throws(ClassifierError) {
    guard bytes.count >= 12, bytes.starts(with: [0x93] + Array("NUMPY".utf8)) else {
      throw Self.damaged("it does not begin with NUMPY")
    }
    let long = bytes[6] > 1
    let start = long ? 12 : 10
    let length = Int(bytes[8]) | Int(bytes[9]) << 8 | (long ? Int(bytes[10]) << 16 | Int(bytes[11]) << 24 : 0)
    guard length <= bytes.count - start else { throw Self.damaged("a header of \(length) bytes") }
    let header = String(decoding: bytes[start..<start + length], as: UTF8.self)
    guard let kind = Self.value("'descr':", in: header, until: ","),
      header.contains("'fortran_order': False"),
      let sizes = Self.value("'shape': (", in: header, until: ")")
    else { throw Self.damaged("the header \(header.prefix(120))") }
    var shape: [Int] = []
    var count = 1
    for part in sizes.split(separator: ",") where part.contains(where: { $0 != " " }) {
      guard let size = Int(part.drop { $0 == " " }), size >= 0 else {
        throw Self.damaged("the shape (\(sizes))")
      }
      let (product, overflow) = count.multipliedReportingOverflow(by: size)
      guard !overflow, product <= ONNXGraph.limit else { throw Self.damaged("the shape (\(sizes))") }
      count = product
      shape.append(size)
    }
    let rest = bytes[(start + length)...]
    switch kind.filter({ $0 != " " && $0 != "'" }) {
    case "<f4" where rest.count == count * 4: values = rest.littleEndianFloats
    case "<f8" where rest.count == count * 8:
      values = Array(rest).withUnsafeBytes { bytes in
        (0..<count).map { index in
          Float(
            Double(
              bitPattern: UInt64(
                littleEndian: bytes.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self))))
        }
      }
    case let other: throw Self.damaged("\(rest.count) bytes of kind \(other) for the shape (\(sizes))")
    }
    self.shape = shape
  }

  private static func value(_ key: String, in header: String, until end: Character) -> Substring? {
    guard let place = header.firstRange(of: key) else { return nil }
    return header[place.upperBound...].prefix { $0 != end }
  }

  private static func damaged(_ what: String) -> ClassifierError {
    ClassifierError(.format, "an array of NumPy that cannot be read: \(what.prefix(200))")
  }
}
