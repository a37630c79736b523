internal import CConvolution

/// Lists of those elements of a matrix that are not zero, for the kernels; what ReLU and dropout leave of a layer.
///
/// Threads share one only to read.
final class SparseMatrix: @unchecked Sendable {
  let terms: UnsafeMutablePointer<cconvolution_term>
  let starts: UnsafeMutablePointer<UInt32>

  /// Room for any matrix of up to that many rows and columns: 8 bytes an element, of which those are touched that are
  /// not zero.
  init(rows: Int, columns: Int) {
    terms = .allocate(capacity: rows * columns + 1)
    starts = .allocate(capacity: rows * Kernels.reaches(columns) + 1)
  }

  deinit {
    terms.deallocate()
    starts.deallocate()
  }
}
