import Glibc

/// Loops over whole spectra; the only place of the simulator where memory is addressed by pointers.
enum SimulationVectors {
  /// `out[i] = Σ taps[k] · source[from + i·step + k]`; points that the source does not cover are zero.
  static func convolve(_ source: [Float], _ taps: [Float], from: Int, step: Int, count: Int) -> [Float] {
    let first = from < 0 ? (-from + step - 1) / step : 0
    let room = source.count - taps.count - from
    let end = room < 0 ? 0 : min(count, room / step + 1)
    guard first < end else { return [Float](repeating: 0, count: count) }
    return [Float](unsafeUninitializedCapacity: count) { out, size in
      source.withUnsafeBufferPointer { source in
        taps.withUnsafeBufferPointer { taps in
          out.initialize(repeating: 0)
          for tap in 0..<taps.count {
            let weight = taps[tap]
            let base = from &+ tap
            if step == 1 {
              for i in first..<end { out[i] = weight.multipliedAdd(source[base &+ i], out[i]) }
            } else {
              for i in first..<end { out[i] = weight.multipliedAdd(source[base &+ i &* step], out[i]) }
            }
          }
        }
      }
      size = count
    }
  }

  /// Standard normal numbers by the ziggurat method with 128 layers (Marsaglia & Tsang 2000, Doornik 2005).
  static func normals(count: Int, from random: inout SimulationRandom) -> [Float] {
    let edges = Ziggurat.edges
    let ratios = Ziggurat.ratios
    return [Float](unsafeUninitializedCapacity: count) { out, size in
      edges.withUnsafeBufferPointer { edges in
        ratios.withUnsafeBufferPointer { ratios in
          for i in 0..<count { out[i] = Ziggurat.draw(&random, edges, ratios) }
        }
      }
      size = count
    }
  }

  /// Appends 32-bit numbers in the byte order of FITS.
  static func appendBigEndian(_ values: [Float], to bytes: inout [UInt8]) {
    let swapped = [UInt32](unsafeUninitializedCapacity: values.count) { out, size in
      values.withUnsafeBufferPointer { values in
        for i in 0..<values.count { out[i] = values[i].bitPattern.bigEndian }
      }
      size = values.count
    }
    swapped.withUnsafeBytes { bytes.append(contentsOf: $0) }
  }

  /// Appends rows of 64-bit numbers, one of each column in turn, in the byte order of FITS.
  static func appendBigEndian(rows columns: [[Double]], to bytes: inout [UInt8]) {
    let count = columns.first?.count ?? 0
    let swapped = [UInt64](unsafeUninitializedCapacity: count * columns.count) { out, size in
      for (column, values) in columns.enumerated() {
        for i in 0..<count { out[i * columns.count + column] = values[i].bitPattern.bigEndian }
      }
      size = count * columns.count
    }
    swapped.withUnsafeBytes { bytes.append(contentsOf: $0) }
  }
}

extension Float {
  /// `self · factor + term`, rounded twice: a fused product would be a library call without an FMA target.
  @inline(__always)
  fileprivate func multipliedAdd(_ factor: Float, _ term: Float) -> Float { self * factor + term }
}

/// Tables and one draw of the ziggurat method.
private enum Ziggurat {
  static let layers = 128
  static let tail = 3.442619855899
  static let area = 9.91256303526217e-3
  static let edges: [Double] = {
    var x = [Double](repeating: 0, count: layers + 1)
    var density = exp(-0.5 * tail * tail)
    x[0] = area / density
    x[1] = tail
    for i in 2..<layers {
      x[i] = (-2 * log(area / x[i - 1] + density)).squareRoot()
      density = exp(-0.5 * x[i] * x[i])
    }
    return x
  }()
  static let ratios: [Double] = (0..<layers).map { edges[$0 + 1] / edges[$0] }

  static func draw(
    _ random: inout SimulationRandom, _ edges: UnsafeBufferPointer<Double>,
    _ ratios: UnsafeBufferPointer<Double>
  ) -> Float {
    while true {
      let bits = random.next()
      let layer = Int(truncatingIfNeeded: bits & 127)
      let u = Double(Int64(bitPattern: bits) >> 11) * 0x1p-52
      if abs(u) < ratios[layer] { return Float(u * edges[layer]) }
      if layer == 0 {
        var x = 0.0
        var y = 0.0
        repeat {
          x = -log(1 - random.uniform()) / tail
          y = -log(1 - random.uniform())
        } while y + y < x * x
        return Float(u < 0 ? -(tail + x) : tail + x)
      }
      let x = u * edges[layer]
      let low = exp(-0.5 * (edges[layer] * edges[layer] - x * x))
      let high = exp(-0.5 * (edges[layer + 1] * edges[layer + 1] - x * x))
      if high + random.uniform() * (low - high) < 1 { return Float(x) }
    }
  }
}
