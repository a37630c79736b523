internal import COpenBLAS

/// The only calls of OpenBLAS.
///
/// OpenBLAS runs on the calling thread: its own threads would compete with ours, and change the order of sums with their
/// number.
enum BLAS {
  private static let isReady: Bool = {
    openblas_set_num_threads(1)
    return true
  }()

  /// c ← a·b + (`accumulate` ? c : 0), with a (m, k), b (k, n), c (m, n) in rows `lda`, `ldb`, `ldc` apart.
  ///
  /// `transposeA` says that `a` is stored as (k, m), `transposeB` that `b` is stored as (n, k).
  static func multiply(
    _ c: MutableFloats, _ ldc: Int, _ a: Floats, _ lda: Int, _ b: Floats, _ ldb: Int, m: Int, n: Int, k: Int,
    transposeA: Bool = false, transposeB: Bool = false, accumulate: Bool = false
  ) {
    guard isReady, m > 0, n > 0 else { return }
    cblas_sgemm(
      CblasRowMajor, transposeA ? CblasTrans : CblasNoTrans, transposeB ? CblasTrans : CblasNoTrans,
      blasint(m), blasint(n), blasint(k), 1, a, blasint(lda), b, blasint(ldb), accumulate ? 1 : 0,
      c, blasint(ldc))
  }

  /// The scalar product Σ aᵢ·bᵢ.
  static func dot(_ a: Floats, _ b: Floats, count: Int) -> Float {
    cblas_sdot(blasint(count), a, 1, b, 1)
  }
}
