extension Network {
  /// What a hidden dense layer hands on, after ReLU: how the network sees the spectra.
  ///
  /// Cost: as `probabilities(of:rows:threads:)`.
  ///
  /// - Parameters:
  ///   - layer: number of the hidden dense layer, from 0; nil for the last, whose outputs the classes are made of
  /// - Returns: rows × units of that layer, row after row
  /// - Throws: `CLS-01` if the number of values does not fit or there is no such layer.
  public func hiddenActivations(
    of vectors: [Float], rows: Int, layer: Int? = nil, threads: Int? = nil
  ) throws(ClassifierError) -> [Float] {
    let depth = layer ?? architecture.dense.count - 1
    guard vectors.count == rows * architecture.inputLength, architecture.dense.indices.contains(depth) else {
      throw ClassifierError(
        .shape,
        "\(vectors.count) values given for \(rows) vectors of \(architecture.inputLength), hidden layer \(depth)"
      )
    }
    guard rows > 0 else { return [] }
    return [Float](unsafeUninitializedCapacity: rows * architecture.dense[depth]) { output, count in
      vectors.withUnsafeBufferPointer { input in
        if let input = input.baseAddress, let base = output.baseAddress {
          InferencePass(plan: plan, weights: packed).run(
            base, input, rows: rows, threads: max(1, threads ?? Parallel.processorCount), depth: depth)
        }
      }
      count = rows * architecture.dense[depth]
    }
  }

  /// Probabilities as the network gives them with dropout left on: samples of what other trainings might say.
  ///
  /// After Gal & Ghahramani (2016). Dropout stands after the hidden dense layers only, so convolutions and the first of these
  /// run once and a pass costs 1.5 % of a look at the spectrum (0.26 of 17 million multiplications). A pass drops the
  /// same units for all rows: it is one network, asked about all of them.
  ///
  /// - Parameters:
  ///   - passes: networks to draw
  ///   - seed: decides which units are dropped
  /// - Returns: passes × rows × `classCount` numbers, pass after pass, row after row
  /// - Throws: `CLS-01` if the number of values does not fit.
  public func dropoutProbabilities(
    of vectors: [Float], rows: Int, passes: Int, seed: UInt64, threads: Int? = nil
  ) throws(ClassifierError) -> [Float] {
    let first = try hiddenActivations(of: vectors, rows: rows, layer: 0, threads: threads)
    let classes = architecture.classCount
    guard rows > 0, passes > 0 else { return [] }
    return [Float](unsafeUninitializedCapacity: passes * rows * classes) { output, count in
      if let base = output.baseAddress {
        Parallel.run(pieces: passes, threads: max(1, threads ?? Parallel.processorCount)) { pass in
          dropoutPass(base + pass * rows * classes, first, rows: rows, pass: pass, seed: seed)
        }
      }
      count = passes * rows * classes
    }
  }

  /// One pass of `dropoutProbabilities` into target (rows, classes).
  private func dropoutPass(
    _ target: MutableFloats, _ first: [Float], rows: Int, pass: Int, seed: UInt64
  ) {
    let chunk = 256
    let widest = architecture.dense.max() ?? 0
    let (current, next) = (FloatBuffer(count: chunk * widest), FloatBuffer(count: chunk * widest))
    let kernels = packed.kernels
    let sparse = SparseMatrix(rows: chunk, columns: widest)
    let room = FloatBuffer(count: kernels.stripRoom(rows: chunk))
    let masks = architecture.dense.enumerated().map { layer, units in
      var mask = [Float](repeating: 1, count: units)
      mask.withUnsafeMutableBufferPointer { values in
        guard let base = values.baseAddress else { return }
        Kernels.best.dropoutForward(
          base, random: CounterRandom(seed: seed, .dropout, pass, layer), rate: architecture.dropout,
          count: units)
      }
      return mask
    }
    for start in stride(from: 0, to: rows, by: chunk) {
      let count = min(chunk, rows - start)
      let units = architecture.dense[0]
      for index in 0..<count * units { current.base[index] = first[start * units + index] }
      var (source, sink) = (current.base, next.base)
      for (index, layer) in plan.dense.enumerated().dropFirst() {
        let mask = masks[index - 1]
        for row in 0..<count {
          for unit in 0..<layer.inputs { source[row * layer.inputs + unit] *= mask[unit] }
        }
        let output = layer.isHidden ? sink : target + start * layer.outputs
        kernels.denseForward(
          output, source, weights: packed.dense[index].base, bias: packed.denseBiases[index].base,
          sparse: sparse, room: room.base, rows: count, inputs: layer.inputs, outputs: layer.outputs,
          relu: layer.isHidden)
        (source, sink) = (output, source)
      }
    }
    softmaxForward(target, rows: rows, classes: architecture.classCount, temperature: temperature)
  }
}
