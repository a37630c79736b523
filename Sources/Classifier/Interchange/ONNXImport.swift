/// Walks the graph of an ONNX file and takes its weights, whatever order of axes its writer preferred.
///
/// What flows through the graph is followed by its axes: rows, channels, pixels, and axes of one. So the order in which the
/// last feature maps are laid out in a row is known, and the first dense layer's weights are put in this program's order.
struct ONNXImport {
  /// An axis of what flows through the graph.
  private enum Axis: Equatable { case rows, channels, pixels, one }

  private let graph: ONNXGraph
  /// Constants by name, those that nodes make of constants included.
  private var constants: [String: ONNXGraph.Tensor]
  private var axes: [Axis] = []
  private var pixels = 0
  private var channels = 1
  /// Axes in the order in which they were laid out in a row; nil before.
  private var flattened: [Axis]?
  private var layers = LayerList()

  init(_ graph: ONNXGraph) {
    self.graph = graph
    constants = graph.constants
  }

  /// The network.
  ///
  /// - Throws: `CLS-06` for layers that are not of this kind of network.
  mutating func network() throws(ClassifierError) -> Network {
    guard graph.inputs.count == 1, let input = graph.inputs.first else {
      throw Self.foreign("\(graph.inputs.count) inputs")
    }
    try begin(input.shape)
    var current = input.name
    for node in graph.nodes {
      if let made = try constant(node) {
        if let name = node.outputs.first { constants[name] = made }
        continue
      }
      guard node.inputs.first == current || (node.inputs.contains(current) && node.kind == "Add") else {
        throw Self.foreign("\(node.kind) beside the chain of layers")
      }
      try apply(node, current)
      current = node.outputs.first ?? ""
      if node.kind == "Softmax" { break }
    }
    return try layers.network(flattened: flattened == [.channels, .pixels])
  }

  private mutating func begin(_ shape: [Int]) throws(ClassifierError) {
    switch shape.count {
    case 2:
      axes = [.rows, .pixels]
      pixels = shape[1]
    case 3 where shape[2] == 1:
      axes = [.rows, .pixels, .one]
      pixels = shape[1]
    case 3 where shape[1] == 1:
      axes = [.rows, .one, .pixels]
      pixels = shape[2]
    default: throw Self.foreign("an input of shape \(shape)")
    }
    guard (1...65_536).contains(pixels) else { throw Self.foreign("vectors of \(pixels) values") }
    layers.inputLength = pixels
  }

  /// What a node makes of constants alone, nil if it is part of the chain.
  private func constant(_ node: ONNXGraph.Node) throws(ClassifierError) -> ONNXGraph.Tensor? {
    if node.kind == "Constant" {
      if let tensor = node.attributes["value"]?.tensor { return tensor }
      var made = ONNXGraph.Tensor()
      made.floats = node.attributes["value_float"]?.float.map { [$0] } ?? []
      made.integers =
        node.attributes["value_int"]?.integer.map { [$0] } ?? node.attributes["value_ints"]?.integers ?? []
      made.shape = made.integers.count > 1 ? [made.integers.count] : []
      return made
    }
    guard let first = node.inputs.first.flatMap({ constants[$0] }) else { return nil }
    guard node.inputs.allSatisfy({ constants[$0] != nil || $0.isEmpty }) else { return nil }
    switch node.kind {
    case "Identity", "Cast": return first
    case "Transpose" where first.shape.count == 2:
      var turned = first
      turned.shape.reverse()
      turned.floats = LayerList.transposed(first.floats, rows: first.shape[0], columns: first.shape[1])
      return turned
    case "Reshape", "Squeeze", "Unsqueeze":
      // Only axes of one come or go in the weights of these layers.
      var flat = first
      flat.shape = first.shape.filter { $0 != 1 }
      return flat
    default: throw Self.foreign("\(node.kind) of constants")
    }
  }

  private mutating func apply(_ node: ONNXGraph.Node, _ current: String) throws(ClassifierError) {
    let other = node.inputs.first { $0 != current }.flatMap { constants[$0] }
    switch node.kind {
    case "Identity", "Dropout", "Cast", "Softmax": break
    case "Unsqueeze":
      for axis in (node.attributes["axes"]?.integers ?? other?.integers ?? []).sorted() {
        let place = axis < 0 ? axis + axes.count + 1 : axis
        guard (0...axes.count).contains(place), axes.count < 6 else { throw Self.foreign("axis \(axis)") }
        axes.insert(.one, at: place)
      }
    case "Squeeze":
      let given = node.attributes["axes"]?.integers ?? other?.integers
      let places = given?.map { $0 < 0 ? $0 + axes.count : $0 } ?? axes.indices.filter { axes[$0] == .one }
      for place in places.sorted(by: >) {
        guard axes.indices.contains(place), axes[place] == .one else {
          throw Self.foreign("a Squeeze of axis \(place)")
        }
        axes.remove(at: place)
      }
    case "Transpose":
      let order = node.attributes["perm"]?.integers ?? axes.indices.reversed()
      guard order.sorted() == Array(axes.indices) else { throw Self.foreign("a Transpose by \(order)") }
      axes = order.map { axes[$0] }
    case "Reshape": try reshape(other?.integers ?? [])
    case "Flatten":
      guard node.attributes["axis"]?.integer ?? 1 == 1 else { throw Self.foreign("a Flatten of other axes") }
      flatten()
    case "Conv": try convolve(node)
    case "MaxPool": try pool(node)
    case "Relu": try layers.rectify()
    case "Gemm": try gemm(node)
    case "MatMul":
      guard let weights = other, flattened != nil else { throw Self.foreign("a MatMul of no weights") }
      try layers.addDense(weights, transposed: false, bias: nil)
    case "Add":
      guard let bias = other else { throw Self.foreign("an Add of no constants") }
      try layers.addBias(bias)
    case "Div", "Mul":
      guard let factor = other?.floats, factor.count == 1, node.inputs.first == current else {
        throw Self.foreign("a \(node.kind) of no single number")
      }
      try layers.scale(node.kind == "Div" ? factor[0] : 1 / factor[0])
    default: throw Self.foreign("a layer \(node.kind)")
    }
  }

  private mutating func flatten() {
    if flattened == nil { flattened = axes.filter { $0 == .channels || $0 == .pixels } }
    axes = [.rows, .pixels]
  }

  private mutating func reshape(_ shape: [Int]) throws(ClassifierError) {
    if shape.count == 2, layers.hasConvolutions { return flatten() }
    // Axes of one come or go, the others keep their order.
    let kept = axes.filter { $0 != .one }
    let sizes = kept.map { $0 == .rows ? 0 : $0 == .channels ? channels : pixels }
    var next: [Axis] = []
    for length in shape {
      let place = next.count(where: { $0 != .one })
      if place < kept.count {
        let isOpen = length <= 0 || place == 0
        if length != 1 || place == 0 || sizes[place] == 1 {
          guard isOpen || length == sizes[place] else { throw Self.foreign("a Reshape to \(shape)") }
          next.append(kept[place])
          continue
        }
      }
      guard length == 1 || length == -1 else { throw Self.foreign("a Reshape to \(shape)") }
      next.append(.one)
    }
    guard next.filter({ $0 != .one }) == kept else { throw Self.foreign("a Reshape to \(shape)") }
    axes = next
  }

  private mutating func convolve(_ node: ONNXGraph.Node) throws(ClassifierError) {
    guard node.inputs.count >= 2, let weights = constants[node.inputs[1]], axes.count >= 3, axes[0] == .rows,
      axes[1] == (layers.hasConvolutions ? .channels : .one), axes[2...].count(where: { $0 == .pixels }) == 1,
      Self.isPlain(node, stride: 1)
    else { throw Self.foreign("a Conv with padding, strides, groups or another order of axes") }
    let bias = node.inputs.count > 2 ? constants[node.inputs[2]] : nil
    try layers.addConvolution(weights, inputs: channels, bias: bias)
    axes[1] = .channels
    channels = layers.lastChannels
    guard pixels > 3 else {
      throw Self.foreign("more layers than \(layers.inputLength) values have room for")
    }
    pixels -= 2
  }

  private mutating func pool(_ node: ONNXGraph.Node) throws(ClassifierError) {
    let window = (node.attributes["kernel_shape"]?.integers ?? []).filter { $0 != 1 }
    guard window == [2], axes.count >= 3, axes[1] == .channels, Self.isPlain(node, stride: 2) else {
      throw Self.foreign("a MaxPool that is not of pairs")
    }
    try layers.pool()
    pixels /= 2
  }

  /// Whether nothing is padded or left out, and the step along the pixels is the given one.
  private static func isPlain(_ node: ONNXGraph.Node, stride: Int) -> Bool {
    let steps = node.attributes["strides"]?.integers ?? []
    let pad = node.attributes["auto_pad"]?.text ?? "NOTSET"
    return ["NOTSET", "VALID"].contains(pad)
      && (node.attributes["pads"]?.integers ?? []).allSatisfy { $0 == 0 }
      && (node.attributes["dilations"]?.integers ?? []).allSatisfy { $0 == 1 }
      && node.attributes["group"]?.integer ?? 1 == 1 && node.attributes["ceil_mode"]?.integer ?? 0 == 0
      && (stride == 1
        ? steps.allSatisfy { $0 == 1 } : steps.contains(stride) && steps.allSatisfy { $0 <= stride })
  }

  private mutating func gemm(_ node: ONNXGraph.Node) throws(ClassifierError) {
    let attributes = node.attributes
    guard node.inputs.count >= 2, let weights = constants[node.inputs[1]], flattened != nil,
      attributes["alpha"]?.float ?? 1 == 1, attributes["beta"]?.float ?? 1 == 1,
      attributes["transA"]?.integer ?? 0 == 0
    else { throw Self.foreign("a Gemm that is no dense layer") }
    let bias = node.inputs.count > 2 ? constants[node.inputs[2]] : nil
    try layers.addDense(weights, transposed: attributes["transB"]?.integer ?? 0 == 1, bias: bias)
  }

  static func foreign(_ what: String) -> ClassifierError {
    ClassifierError(
      .architecture, "not a network of this kind: \(what)",
      hint:
        "it must be convolutions of width 3 with ReLU, maxima of pairs, dense layers with ReLU, and softmax")
  }
}
