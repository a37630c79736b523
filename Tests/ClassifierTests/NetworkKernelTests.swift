import Testing

@testable import Classifier

@Suite("Kernels of every instruction set of this machine")
struct NetworkKernelTests {
  /// Largest |a − b| over the root mean square of b.
  static func error(_ found: [Float], _ expected: [Double]) -> Double {
    let size = (expected.reduce(0) { $0 + $1 * $1 } / Double(expected.count)).squareRoot()
    return zip(found, expected).reduce(0) { max($0, abs(Double($1.0) - $1.1)) } / size
  }

  @Test("the portable ones are always there, the best are the last")
  func dispatch() {
    #expect(Kernels.all.first?.name == "portable")
    #expect(Kernels.all.last?.name == Kernels.best.name)
  }

  @Test(
    "products of all kinds of shapes equal sums in double precision, the worst to 1e-5 of the mean",
    arguments: Kernels.all)
  func multiply(kernels: Kernels) {
    let shapes = [
      (1, 1, 1), (3, 5, 7), (14, 32, 64), (15, 33, 65), (29, 70, 400), (6, 16, 900), (43, 8, 3),
      (29, 545, 40),
    ]
    for (m, n, k) in shapes {
      for mode in 0..<8 {
        let (isTransposed, isPacked, adds) = (mode & 1 == 1, mode & 2 == 2, mode & 4 == 4)
        let (a, b) = (Formula.values(1, m * k), Formula.values(2, k * n))
        let (row, column) = isTransposed ? (1, m) : (k, 1)
        let start = Formula.values(3, m * n)
        var packed = [Float](repeating: 7, count: k * kernels.whole(n))
        kernels.pack(&packed, b, row: n, column: 1, k: k, n: n)
        var c = start
        kernels.multiply(
          &c, ldc: n, a, row: row, column: column, isPacked ? packed : b, ldb: isPacked ? nil : n,
          m: m, n: n, k: k, accumulate: adds)
        let expected = (0..<m * n).map { place in
          (0..<k).reduce(adds ? Double(start[place]) : 0) {
            $0 + Double(a[place / n * row + $1 * column]) * Double(b[$1 * n + place % n])
          }
        }
        #expect(Self.error(c, expected) < 1e-5, "\(m), \(n), \(k), mode \(mode)")
      }
    }
  }

  @Test(
    "products with a sparse matrix equal sums in double precision, whichever way its factors and the result lie",
    arguments: Kernels.all)
  func multiplySparse(kernels: Kernels) {
    let shapes = [
      (1, 1, 1), (3, 5, 7), (17, kernels.strip, 64), (33, 2 * kernels.strip + 3, 65), (16, 40, 130),
      (70, kernels.strip - 1, 200), (5, 3, 512),
    ]
    for ((m, n, k), share) in zip(shapes, [1, 0.5, 0.25, 0.1, 0, 0.3, 0.2]) + [((20, 30, 200), 1)] {
      for mode in 0..<10 {
        // The last two: into what is there, once with b in packed strips.
        let (adds, isPacked) = (mode >= 8, mode == 9)
        let (aTurned, bTurned, cTurned) = (mode & 1 == 1, !adds && mode & 2 == 2, !adds && mode & 4 == 4)
        let random = CounterRandom(key: UInt64(mode))
        let a = Formula.values(1, m * k).enumerated().map { place, value in
          Double(random.word(UInt64(place)) >> 40) * 0x1p-24 < share ? value : 0
        }
        let (b, start) = (Formula.values(2, k * n), Formula.values(3, m * n))
        let (aRow, aColumn) = aTurned ? (1, m) : (k, 1)
        let (bRow, bColumn) = bTurned ? (1, k) : (n, 1)
        let (cRow, cColumn) = cTurned ? (1, m) : (n, 1)
        let matrix = SparseMatrix(rows: m, columns: k)
        kernels.list(a, row: aRow, column: aColumn, m: m, k: k, in: matrix)
        var room = [Float](repeating: .nan, count: kernels.stripRoom(rows: m))
        var c = start
        let packed = kernels.packedDense(b, inputs: k, outputs: n)
        for strip in 0..<kernels.strips(n) {
          let first = strip * kernels.strip
          c.withUnsafeMutableBufferPointer { c in
            b.withUnsafeBufferPointer { b in
              guard let c = c.baseAddress, let b = b.baseAddress else { return }
              kernels.multiply(
                c + first * cColumn, cRow: cRow, cColumn: cColumn, room: &room, matrix,
                isPacked ? Floats(packed.base) + first * k : b + first * bColumn,
                row: isPacked ? kernels.strip : bRow, column: bColumn, m: m, n: min(kernels.strip, n - first),
                k: k, accumulate: adds)
            }
          }
        }
        let shape = "\(m), \(n), \(k), mode \(mode)"
        if mode == 0 {
          // A zero that is left out changes no bit: networks come out the same as by dense products.
          var dense = start
          kernels.multiply(
            &dense, ldc: n, a, row: k, column: 1, b, ldb: n, m: m, n: n, k: k, accumulate: false)
          #expect(dense == c, "\(shape)")
        }
        for i in 0..<m {
          for j in 0..<n {
            var (sum, size) = (adds ? Double(start[i * n + j]) : 0, 1.0)
            for l in 0..<k {
              let term = Double(a[i * aRow + l * aColumn]) * Double(b[l * bRow + j * bColumn])
              sum += term
              size += abs(term)
            }
            let found = Double(c[i * cRow + j * cColumn])
            #expect(abs(found - sum) < 1e-6 * size, "\(shape), element \(i), \(j)")
          }
        }
      }
    }
  }

  @Test("a broken value goes through a product with a sparse matrix", arguments: Kernels.all)
  func sparseNotANumber(kernels: Kernels) {
    let matrix = SparseMatrix(rows: 2, columns: 2)
    kernels.list([0, .nan, -0.0, 2], row: 2, column: 1, m: 2, k: 2, in: matrix)
    var room = [Float](repeating: 0, count: kernels.stripRoom(rows: 2))
    var c: [Float] = [7, 7]
    kernels.multiply(
      &c, cRow: 1, cColumn: 1, room: &room, matrix, [3, 5], row: 1, column: 1, m: 2, n: 1, k: 2,
      accumulate: false)
    #expect(c[0].isNaN && c[1] == 10)
  }

  @Test("packing a transposed matrix packs its transpose", arguments: Kernels.all)
  func packTransposed(kernels: Kernels) {
    let (k, n) = (5, 37)
    let b = Formula.values(1, k * n)
    let turned = (0..<n * k).map { b[$0 % k * n + $0 / k] }
    var (first, second) = (
      [Float](repeating: 1, count: k * kernels.whole(n)), [Float](repeating: 2, count: k * kernels.whole(n))
    )
    kernels.pack(&first, b, row: n, column: 1, k: k, n: n)
    kernels.pack(&second, turned, row: 1, column: k, k: k, n: n)
    #expect(first == second)
  }

  @Test(
    "convolutions by Winograd's filtering equal direct sums in double precision, to 2e-5 of the mean",
    arguments: Kernels.all)
  func convolve(kernels: Kernels) {
    for (spectra, length, inputs, outputs) in [
      (1, 3, 2, 3), (3, 5, 2, 33), (5, 66, 64, 32), (9, 30, 17, 40), (2, 138, 64, 64), (3, 34, 24, 48),
      (4, 10, 3, 5),
    ] {
      let x = Formula.values(1, spectra * length * inputs)
      let (w, b) = (Formula.values(2, 3 * inputs * outputs), Formula.values(3, outputs))
      let rows = length - 2
      var u = [Float](repeating: 7, count: Kernels.points(length: length) * inputs * kernels.whole(outputs))
      kernels.transformWeights(&u, nil, w, length: length, inputs: inputs, outputs: outputs)
      var room = [Float](
        repeating: 7,
        count: Kernels.room(spectra: spectra, length: length, inputs: inputs, outputs: outputs))
      var y = [Float](repeating: 7, count: spectra * rows * outputs)
      var pooled = [Float](repeating: 7, count: spectra * (rows / 2) * outputs)
      var choice = [UInt8](repeating: 7, count: pooled.count)
      y.withUnsafeMutableBufferPointer { y in
        pooled.withUnsafeMutableBufferPointer { pooled in
          kernels.convolve(
            y.baseAddress, pooled: pooled.baseAddress, choice: &choice, room: &room, x, u: u, bias: b,
            spectra: spectra,
            length: length, inputs: inputs, outputs: outputs)
        }
      }
      let expected = (0..<spectra * rows * outputs).map { place -> Double in
        let (pixel, output) = (place / outputs, place % outputs)
        let start = (pixel / rows * length + pixel % rows) * inputs
        let sum = (0..<3 * inputs).reduce(Double(b[output])) {
          $0 + Double(x[start + $1]) * Double(w[$1 * outputs + output])
        }
        return max(0, sum)
      }
      let shape = "\(spectra), \(length), \(inputs), \(outputs)"
      #expect(Self.error(y, expected) < 2e-5, "\(shape)")
      let larger = (0..<pooled.count).map { place -> (value: Float, choice: UInt8) in
        let (row, output) = (place / outputs, place % outputs)
        let first = ((rows < 2 ? 0 : row / (rows / 2)) * rows + row % max(1, rows / 2) * 2) * outputs + output
        let (one, two) = (y[first], y[first + outputs])
        return (max(one, two), max(one, two) > 0 ? (one < two ? 2 : 1) : 0)
      }
      #expect(pooled == larger.map(\.value), "\(shape)")
      #expect(choice == larger.map(\.choice), "\(shape)")
    }
  }

  @Test(
    "the network gives the same logits to 1e-5 and the same gradients to 1e-5 of their norm with all of them")
  func agreement() throws {
    let plan = NetworkPlan(.skoda2020)
    let (parameters, rows) = (Formula.parameters(plan), 21)
    let vectors = Formula.values(1, rows * 140)
    let results = try Kernels.all.map { kernels -> (logits: [Float], gradients: [Float]) in
      let network = Network(plan: plan, parameters: parameters, kernels: kernels)
      let pass = GradientPass(plan: plan, capacity: rows, threads: 2, kernels: kernels)
      pass.input.set(vectors)
      _ = pass.run(
        parameters: parameters, labels: (0..<rows).map { $0 % 3 }, weights: nil, rows: rows,
        dropout: CounterRandom(key: 1))
      return (try network.logits(of: vectors, rows: rows), pass.gradients.array)
    }
    let last = try #require(results.last)
    for result in results.dropLast() {
      #expect(Self.error(result.logits, last.logits.map(Double.init)) < 1e-5)
      for tensor in plan.tensors {
        let range = tensor.offset..<tensor.offset + tensor.count
        let difference = zip(result.gradients[range], last.gradients[range]).reduce(0) {
          $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1))
        }
        let size = last.gradients[range].reduce(0) { $0 + Double($1 * $1) }
        #expect((difference / size).squareRoot() < 1e-5, "\(tensor.name)")
      }
    }
  }

  @Test("a spectrum's logits are the same, bit for bit, alone and in any company", arguments: Kernels.all)
  func company(kernels: Kernels) throws {
    let plan = NetworkPlan(.skoda2020)
    let network = Network(plan: plan, parameters: Formula.parameters(plan), kernels: kernels)
    let vectors = Formula.values(1, 135 * 140)
    let all = try network.logits(of: vectors, rows: 135, threads: 3)
    for row in [0, 1, 3, 77, 127, 128, 134] {
      let alone = try network.logits(of: Array(vectors[row * 140..<(row + 1) * 140]), rows: 1)
      #expect(alone == Array(all[row * 3..<row * 3 + 3]))
    }
    let some = try network.logits(of: Array(vectors[50 * 140..<57 * 140]), rows: 7, threads: 1)
    #expect(some == Array(all[50 * 3..<57 * 3]))
  }

  @Test(
    "a value that is not a number makes its own spectrum's logits not a number, and no other's",
    arguments: Kernels.all)
  func notANumber(kernels: Kernels) throws {
    let plan = NetworkPlan(.skoda2020)
    let network = Network(plan: plan, parameters: Formula.parameters(plan), kernels: kernels)
    var vectors = Formula.values(1, 6 * 140)
    vectors[2 * 140 + 70] = .nan
    let logits = try network.logits(of: vectors, rows: 6)
    for (place, value) in logits.enumerated() { #expect(value.isNaN == (place / 3 == 2), "\(place)") }
  }

  @Test("a step of Adam equals its formula in double precision to 1e-6", arguments: Kernels.all)
  func adam(kernels: Kernels) {
    let count = 37
    let (p0, m0, g) = (Formula.values(1, count), Formula.values(2, count), Formula.values(4, count))
    let v0 = Formula.values(3, count).map(abs)
    var (p, m, v) = (p0, m0, v0)
    kernels.adam(&p, &m, &v, g, count: count, rate: 0.01, keep1: 0.1, keep2: 0.001, epsilon: 1e-3)
    for index in 0..<count {
      let (mean, square) = (
        Double(m0[index]) + 0.1 * Double(g[index] - m0[index]),
        Double(v0[index]) + 0.001 * Double(g[index] * g[index] - v0[index])
      )
      #expect(abs(Double(m[index]) - mean) < 1e-6)
      #expect(abs(Double(v[index]) - square) < 1e-6)
      #expect(abs(Double(p[index]) - (Double(p0[index]) - 0.01 * mean / (square.squareRoot() + 1e-3))) < 1e-6)
    }
  }

  @Test("an empty batch gives an empty answer, a wrong number of values is refused")
  func shapes() throws {
    let network = Network(seed: 1)
    #expect(try network.probabilities(of: [], rows: 0).isEmpty)
    for rows in [-1, 1, 3] {
      let error = #expect(throws: ClassifierError.self) {
        try network.probabilities(of: [Float](repeating: 0, count: 280), rows: rows)
      }
      #expect(error?.code == .shape)
    }
    let one = try network.probabilities(of: Formula.values(1, 280), rows: 2)
    for row in 0..<2 { #expect(abs(one[row * 3..<row * 3 + 3].reduce(0, +) - 1) < 1e-6) }
  }
}
