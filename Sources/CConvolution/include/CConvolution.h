// Kernels of a convolutional network over one-dimensional spectra, one table of functions per instruction
// set.
//
// Everything is 32-bit float, channels last: a spectrum's activations are (pixel, channel) with the channel
// running fastest, and spectra follow one another. Convolutions are valid and of width 3. Those with more
// than one input channel are done by Winograd's minimal filtering F(4,3) or F(6,3) (Lavin & Gray 2016): four or
// six neighbouring outputs, a tile, with six products instead of twelve, or eight instead of eighteen. The
// backward pass is the exact adjoint of the forward one, so it saves the same.
//
// Sums over channels run in the order of the channels whatever the number of rows, so a spectrum's result
// does not depend on its company. Nothing here allocates, locks or keeps state.

#pragma once

#include <stddef.h>
#include <stdint.h>

/// Outputs of one tile, 4 or 6: what takes fewer products, 4 where both take as many.
static inline ptrdiff_t cconvolution_tile(ptrdiff_t length) {
  return 8 * ((length - 2 + 5) / 6) < 6 * ((length - 2 + 3) / 4) ? 6 : 4;
}

/// Products of one tile.
static inline ptrdiff_t cconvolution_points(ptrdiff_t length) { return cconvolution_tile(length) + 2; }

/// Tiles of a spectrum's convolution.
static inline ptrdiff_t cconvolution_tiles(ptrdiff_t length) {
  ptrdiff_t tile = cconvolution_tile(length);
  return (length - 2 + tile - 1) / tile;
}

/// Spectra that are convolved together: enough tiles for long sums, few enough for the second-level cache.
static inline ptrdiff_t cconvolution_group(ptrdiff_t length) {
  ptrdiff_t tiles = cconvolution_tiles(length);
  return tiles > 170 ? 1 : 170 / tiles;
}

/// Floats that convolutions of up to `spectra` spectra need to work in.
static inline ptrdiff_t cconvolution_room(
    ptrdiff_t spectra, ptrdiff_t length, ptrdiff_t inputs, ptrdiff_t outputs) {
  ptrdiff_t group = cconvolution_group(length), tiles = cconvolution_tiles(length);
  return cconvolution_points(length) * (spectra < group ? spectra : group) * tiles * (inputs + outputs);
}

/// An element of a sparse matrix: its value, and where the line of the other factor begins that it goes with.
typedef struct {
  float value;
  uint32_t line;
} cconvolution_term;

/// Terms of a sum that go through the first-level cache together; lists of terms are cut there.
static inline ptrdiff_t cconvolution_reach(void) { return 64; }

/// One instruction set's kernels.
typedef struct {
  /// "portable", "avx2", "avx512".
  const char *name;
  /// Columns of one packed panel.
  ptrdiff_t panel;
  /// Columns of one strip of `multiply_sparse`.
  ptrdiff_t strip;

  /// Packs b (k, n), element (i, j) at b[i*row + j*column], into panels of `panel` columns: panel after
  /// panel, each (k, panel), the last filled up with zeros. `packed` holds k * n rounded up to whole panels.
  void (*pack)(float *packed, const float *b, ptrdiff_t row, ptrdiff_t column, ptrdiff_t k, ptrdiff_t n);

  /// c (m, n), rows `ldc` apart, = a·b, plus c if `accumulate`. Element (i, k) of a at a[i*row + k*column],
  /// where one of the two strides is 1. b is packed if `ldb` is 0, else its rows are `ldb` apart.
  void (*multiply)(
      ptrdiff_t m, ptrdiff_t n, ptrdiff_t k, const float *a, ptrdiff_t row, ptrdiff_t column, const float *b,
      ptrdiff_t ldb, float *c, ptrdiff_t ldc, int accumulate);

  /// Lists the elements of a (m, k) that are not zero, element (i, l) at a[i*row + l*column], where one of the
  /// two strides is 1: those of the first cconvolution_reach columns row by row, then of the next. List number i
  /// begins at terms[starts[i]]. terms: m*k + 1, starts: m * ceil(k/reach) + 1.
  void (*sparse)(
      cconvolution_term *terms, uint32_t *starts, const float *a, ptrdiff_t row, ptrdiff_t column, ptrdiff_t m,
      ptrdiff_t k);

  /// c (m, n), n up to `strip`, = a·b, plus c if `accumulate`; a (m, k) as lists. Element (l, j) of b at
  /// b[l*row + j*column], of c at c[i*crow + j*ccolumn], where one of two strides is 1, and ccolumn is 1 if
  /// `accumulate`. room: (m + reach) * strip floats.
  void (*multiply_sparse)(
      float *c, ptrdiff_t crow, ptrdiff_t ccolumn, float *room, const cconvolution_term *terms,
      const uint32_t *starts, const float *b, ptrdiff_t row, ptrdiff_t column, ptrdiff_t m, ptrdiff_t n,
      ptrdiff_t k, int accumulate);

  /// y (spectra, length−2, outputs) = max(0, bias + x * w), x (spectra, length), w (3, outputs).
  void (*first)(
      float *y, const float *x, const float *w, const float *bias, ptrdiff_t spectra, ptrdiff_t length,
      ptrdiff_t outputs);

  /// Adds to dw (3, outputs) and db (outputs) what dy (spectra, length−2, outputs), the gradient of y, makes
  /// of them.
  void (*first_adjoint)(
      float *dw, float *db, const float *dy, const float *y, const float *x, ptrdiff_t spectra,
      ptrdiff_t length, ptrdiff_t outputs);

  /// Transforms and packs w (3, inputs, outputs) into u for `convolve` and, unless it is NULL, ut for
  /// `convolve_adjoint` of spectra of `length`: cconvolution_points * inputs * outputs floats each, where
  /// outputs (of u) or inputs (of ut) count in whole panels.
  void (*transform_weights)(
      float *u, float *ut, const float *w, ptrdiff_t length, ptrdiff_t inputs, ptrdiff_t outputs);

  /// y (spectra, length−2, outputs) = max(0, bias + x * w), x (spectra, length, inputs); y may be NULL, and
  /// so may pooled (spectra, (length−2)/2, outputs), the larger of each pair of pixels, and choice, of the
  /// same shape, which of the two it is: 1, 2, or 0 where neither is positive. room: cconvolution_room
  /// floats.
  void (*convolve)(
      float *y, float *pooled, uint8_t *choice, float *room, const float *x, const float *u,
      const float *bias, ptrdiff_t spectra, ptrdiff_t length, ptrdiff_t inputs, ptrdiff_t outputs);

  /// Backward through `convolve`: sets dx (spectra, length, inputs), sets du (points, inputs, outputs) if
  /// `is_first` and else adds to it, adds to db (outputs). dy is the gradient of pooled, with the choice
  /// `convolve` made, or of its y, and then choice is NULL. room: cconvolution_room floats.
  void (*convolve_adjoint)(
      float *dx, float *du, int is_first, float *db, float *room, const float *dy, const uint8_t *choice,
      const float *y, const float *x, const float *ut, ptrdiff_t spectra, ptrdiff_t length, ptrdiff_t inputs,
      ptrdiff_t outputs);

  /// Sets dw (3, count) to what the sum of `parts` arrays du (points, count) of a convolution of spectra of
  /// `length`, the first first, makes of it.
  void (*weight_gradient)(
      float *dw, const float *const *du, ptrdiff_t parts, ptrdiff_t length, ptrdiff_t count);

  /// One step of Adam in one pass: m += keep1 (g−m), v += keep2 (g²−v), p −= rate m / (√v + epsilon).
  void (*adam)(
      float *p, float *m, float *v, const float *g, ptrdiff_t count, float rate, float keep1, float keep2,
      float epsilon);

  /// values[i] (count) times scale where the upper half of word i of SplitMix64 with `key` is not less than
  /// threshold, else 0.
  void (*dropout)(float *values, uint64_t key, uint64_t threshold, float scale, ptrdiff_t count);
} cconvolution_kernels;

/// Instruction sets, each including those before it.
enum { cconvolution_portable = 0, cconvolution_avx2 = 1, cconvolution_avx512 = 2 };

/// The best instruction set of this processor and operating system.
int cconvolution_best(void);

/// The kernels of an instruction set; NULL if this processor does not have it.
const cconvolution_kernels *cconvolution_get(int instruction_set);

/// The forward way in 8-bit integers, for a first look at many spectra. Activations are 0…255 in units of
/// their layer, weights −127…127 in units of their output; scale and bias (outputs) turn a sum into the next
/// layer's activation: max(0, sum·scale + bias), rounded, at most 255. Rows come in pairs: lengths and
/// batches are even, channels multiples of 32.
typedef struct {
  /// The first layer: y (spectra, length−2, outputs) of x (spectra, length) with weights w (3, outputs) in
  /// units of y.
  void (*first)(
      uint8_t *y, const float *x, const float *w, const float *bias, ptrdiff_t spectra, ptrdiff_t length,
      ptrdiff_t outputs);

  /// A further convolution, w packed (outputs/32, 3·inputs/4, 32, 4): y (spectra, length−2, outputs), or the
  /// larger of each pair of pixels if `pooled`.
  void (*convolve)(
      uint8_t *y, const uint8_t *x, const int8_t *w, const float *scale, const float *bias, ptrdiff_t spectra,
      ptrdiff_t length, ptrdiff_t inputs, ptrdiff_t outputs, int pooled);

  /// A dense layer, w packed (outputs/32, inputs/4, 32, 4): y (rows, outputs) of x (rows, inputs).
  void (*dense)(
      uint8_t *y, const uint8_t *x, const int8_t *w, const float *scale, const float *bias, ptrdiff_t rows,
      ptrdiff_t inputs, ptrdiff_t outputs);
} cconvolution_screening;

/// The 8-bit kernels; NULL if this processor has no VNNI.
const cconvolution_screening *cconvolution_screening_get(void);
