internal import CConvolution

/// The kernels of one instruction set; the only calls into CConvolution.
///
/// Each method says the shapes it wants; the header of CConvolution says what is computed. Nothing is checked
/// here.
struct Kernels: @unchecked Sendable {
  /// Instruction sets, each including those before it.
  enum InstructionSet: Int32, CaseIterable, Sendable {
    case portable = 0
    case avx2, avx512
  }

  /// Those of the best instruction set of this machine.
  static let best = Kernels(cconvolution_best()) ?? Kernels(unchecked: cconvolution_get(0))

  /// Those of every instruction set this machine has.
  static let all = InstructionSet.allCases.compactMap { Kernels($0.rawValue) }

  // Points to a constant of the C library.
  private let table: UnsafePointer<cconvolution_kernels>

  private init?(_ instructionSet: Int32) {
    guard let table = cconvolution_get(instructionSet) else { return nil }
    self.table = table
  }

  private init(unchecked table: UnsafePointer<cconvolution_kernels>) { self.table = table }

  /// Such as `avx512`.
  var name: String { String(cString: table.pointee.name) }

  /// Columns of a packed panel.
  var panel: Int { table.pointee.panel }

  /// `columns` rounded up to whole panels.
  func whole(_ columns: Int) -> Int { (columns + panel - 1) / panel * panel }

  /// Floats that convolutions of up to `spectra` spectra need to work in.
  static func room(spectra: Int, length: Int, inputs: Int, outputs: Int) -> Int {
    cconvolution_room(spectra, length, inputs, outputs)
  }

  /// packed (k·whole(n)) ← b (k, n), element (i, j) at `b[i*row + j*column]`.
  func pack(_ packed: MutableFloats, _ b: Floats, row: Int, column: Int, k: Int, n: Int) {
    table.pointee.pack(packed, b, row, column, k, n)
  }

  /// c (m, n) ← a·b [+ c]; element (i, l) of a at `a[i*row + l*column]`; b packed if `ldb` is nil, else rows
  /// `ldb` apart.
  func multiply(
    _ c: MutableFloats, ldc: Int, _ a: Floats, row: Int, column: Int, _ b: Floats, ldb: Int?,
    m: Int, n: Int, k: Int, accumulate: Bool
  ) {
    table.pointee.multiply(m, n, k, a, row, column, b, ldb ?? 0, c, ldc, accumulate ? 1 : 0)
  }

  /// Columns of a strip of `multiply` with a sparse matrix.
  var strip: Int { table.pointee.strip }

  /// Floats of room that a strip of that takes.
  func stripRoom(rows: Int) -> Int { (rows + cconvolution_reach()) * strip }

  /// Lists that a row of so many columns makes.
  static func reaches(_ columns: Int) -> Int {
    (columns + cconvolution_reach() - 1) / cconvolution_reach()
  }

  /// Lists the elements of a (m, k) that are not zero; element (i, l) at `a[i*row + l*column]`.
  func list(_ a: Floats, row: Int, column: Int, m: Int, k: Int, in matrix: SparseMatrix) {
    table.pointee.sparse(matrix.terms, matrix.starts, a, row, column, m, k)
  }

  /// c (m, n) ← a·b [+ c] for one strip of columns, a (m, k) sparse; element (l, j) of b at `b[l*row + j*column]`, of c at
  /// `c[i*cRow + j*cColumn]`, where `cColumn` is 1 if `accumulate`.
  func multiply(
    _ c: MutableFloats, cRow: Int, cColumn: Int, room: MutableFloats, _ a: SparseMatrix, _ b: Floats,
    row: Int, column: Int, m: Int, n: Int, k: Int, accumulate: Bool
  ) {
    table.pointee.multiply_sparse(
      c, cRow, cColumn, room, a.terms, a.starts, b, row, column, m, n, k, accumulate ? 1 : 0)
  }

  /// The first convolution: y (spectra, length−2, outputs) of x (spectra, length).
  func first(
    _ y: MutableFloats, _ x: Floats, weights: Floats, bias: Floats, spectra: Int, length: Int, outputs: Int
  ) {
    table.pointee.first(y, x, weights, bias, spectra, length, outputs)
  }

  /// Adds the first convolution's gradients to dw (3, outputs) and db (outputs).
  func firstAdjoint(
    dw: MutableFloats, db: MutableFloats, dy: Floats, y: Floats, x: Floats, spectra: Int, length: Int,
    outputs: Int
  ) {
    table.pointee.first_adjoint(dw, db, dy, y, x, spectra, length, outputs)
  }

  /// Transformed weights a weight of a convolution of spectra of `length` values has.
  static func points(length: Int) -> Int { cconvolution_points(length) }

  /// u (points·inputs·whole(outputs)) and ut (points·outputs·whole(inputs)) of w (3, inputs, outputs).
  func transformWeights(
    _ u: MutableFloats, _ ut: MutableFloats?, _ w: Floats, length: Int, inputs: Int, outputs: Int
  ) {
    table.pointee.transform_weights(u, ut, w, length, inputs, outputs)
  }

  /// A further convolution: y (spectra, length−2, outputs) of x (spectra, length, inputs), or the larger of
  /// its pairs of pixels and which of the two that is.
  func convolve(
    _ y: MutableFloats?, pooled: MutableFloats?, choice: UnsafeMutablePointer<UInt8>?, room: MutableFloats,
    _ x: Floats, u: Floats, bias: Floats,
    spectra: Int, length: Int, inputs: Int, outputs: Int
  ) {
    table.pointee.convolve(y, pooled, choice, room, x, u, bias, spectra, length, inputs, outputs)
  }

  /// Backward through `convolve`: sets dx, sets du (points, inputs, outputs) or adds to it, adds to db.
  func convolveAdjoint(
    dx: MutableFloats, du: MutableFloats, isFirst: Bool, db: MutableFloats, room: MutableFloats, dy: Floats,
    choice: UnsafePointer<UInt8>?, y: Floats?, x: Floats, ut: Floats, spectra: Int, length: Int, inputs: Int,
    outputs: Int
  ) {
    table.pointee.convolve_adjoint(
      dx, du, isFirst ? 1 : 0, db, room, dy, choice, y, x, ut, spectra, length, inputs, outputs)
  }

  /// dw (3, count) ← Gᵀ·Σ du (points, count) over the parts, the first first.
  func weightGradient(_ dw: MutableFloats, _ du: [Floats], length: Int, count: Int) {
    du.map(Optional.some).withUnsafeBufferPointer { parts in
      table.pointee.weight_gradient(dw, parts.baseAddress, parts.count, length, count)
    }
  }

  /// Sets a share of values (count) to zero, scales the others; word i of the generator `key` decides on value i.
  func dropout(_ values: MutableFloats, key: UInt64, threshold: UInt64, scale: Float, count: Int) {
    table.pointee.dropout(values, key, threshold, scale, count)
  }

  /// One step of Adam over `count` parameters p with moments m and v and gradients g.
  func adam(
    _ p: MutableFloats, _ m: MutableFloats, _ v: MutableFloats, _ g: Floats, count: Int,
    rate: Float, keep1: Float, keep2: Float, epsilon: Float
  ) {
    table.pointee.adam(p, m, v, g, count, rate, keep1, keep2, epsilon)
  }
}

/// The kernels in 8-bit integers, where the processor has them; shapes as in the header of CConvolution.
struct ScreeningKernels: @unchecked Sendable {
  /// Nil on a processor without dot products of bytes.
  static let current = ScreeningKernels()

  /// Columns of a packed panel.
  static let panel = 32

  // Points to a constant of the C library.
  private let table: UnsafePointer<cconvolution_screening>

  private init?() {
    guard let table = cconvolution_screening_get() else { return nil }
    self.table = table
  }

  /// The first convolution: y (spectra, length−2, outputs) of x (spectra, length).
  func first(
    _ y: UnsafeMutablePointer<UInt8>, _ x: Floats, weights: Floats, bias: Floats, spectra: Int, length: Int,
    outputs: Int
  ) {
    table.pointee.first(y, x, weights, bias, spectra, length, outputs)
  }

  /// A further convolution: y (spectra, length−2 or half of it if pooled, outputs) of x (spectra, length, inputs).
  func convolve(
    _ y: UnsafeMutablePointer<UInt8>, _ x: UnsafePointer<UInt8>, _ layer: ScreeningLayer, spectra: Int,
    length: Int, inputs: Int, outputs: Int, isPooled: Bool
  ) {
    table.pointee.convolve(
      y, x, layer.weights, layer.scale.base, layer.bias.base, spectra, length, inputs, outputs,
      isPooled ? 1 : 0)
  }

  /// A dense layer: y (rows, outputs) of x (rows, inputs), for an even number of rows.
  func dense(
    _ y: UnsafeMutablePointer<UInt8>, _ x: UnsafePointer<UInt8>, _ layer: ScreeningLayer, rows: Int,
    inputs: Int,
    outputs: Int
  ) {
    table.pointee.dense(y, x, layer.weights, layer.scale.base, layer.bias.base, rows, inputs, outputs)
  }
}
