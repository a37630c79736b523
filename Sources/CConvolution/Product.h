// The matrix product, on which everything else stands.

#include "Vectors.h"

// c (rows, PANEL) = a (rows, k) · b (k, PANEL) + (accumulate ? c : 0). `row` and `column` are the strides of
// a.
INLINE void block(
    int rows, ptrdiff_t k, const float *a, ptrdiff_t row, ptrdiff_t column, const float *b, ptrdiff_t ldb,
    float *c, ptrdiff_t ldc, int accumulate) {
  vector sum[ROWS][2];
  UNROLL
  for (int i = 0; i < rows; i++) {
    sum[i][0] = accumulate ? load(c + i * ldc) : (vector)(0.0f);
    sum[i][1] = accumulate ? load(c + i * ldc + LANES) : (vector)(0.0f);
  }
  for (ptrdiff_t l = 0; l < k; l++) {
    vector b0 = load(b), b1 = load(b + LANES);
    UNROLL
    for (int i = 0; i < rows; i++) {
      vector x = (vector)(a[i * row]);
      sum[i][0] += x * b0;
      sum[i][1] += x * b1;
    }
    a += column;
    b += ldb;
  }
  UNROLL
  for (int i = 0; i < rows; i++) {
    store(c + i * ldc, sum[i][0]);
    store(c + i * ldc + LANES, sum[i][1]);
  }
}

typedef void block_function(
    ptrdiff_t k, const float *a, ptrdiff_t stride, const float *b, ptrdiff_t ldb, float *c, ptrdiff_t ldc,
    int accumulate);

// Two shapes of a: rows apart and terms of the sum next to each other, and the other way round.
#define BLOCK(R)                                                                                        \
  static void along_##R(                                                                                \
      ptrdiff_t k, const float *a, ptrdiff_t s, const float *b, ptrdiff_t ldb, float *c, ptrdiff_t ldc, \
      int add) {                                                                                        \
    block(R, k, a, s, 1, b, ldb, c, ldc, add);                                                       \
  }                                                                                                     \
  static void across_##R(                                                                               \
      ptrdiff_t k, const float *a, ptrdiff_t s, const float *b, ptrdiff_t ldb, float *c, ptrdiff_t ldc, \
      int add) {                                                                                        \
    block(R, k, a, 1, s, b, ldb, c, ldc, add);                                                       \
  }
BLOCK(1)
BLOCK(2) BLOCK(3) BLOCK(4) BLOCK(5) BLOCK(6)
#if ROWS == 14
    BLOCK(7) BLOCK(8) BLOCK(9) BLOCK(10) BLOCK(11) BLOCK(12) BLOCK(13) BLOCK(14)
#define BLOCKS(X) {X##1, X##2, X##3, X##4, X##5, X##6, X##7, X##8, X##9, X##10, X##11, X##12, X##13, X##14}
#else
#define BLOCKS(X) {X##1, X##2, X##3, X##4, X##5, X##6}
#endif
        static block_function *const along[ROWS] = BLOCKS(along_);
static block_function *const across[ROWS] = BLOCKS(across_);

// First row of block `index` when m rows are cut into `count` blocks as equal as can be.
INLINE ptrdiff_t cut(ptrdiff_t m, ptrdiff_t index, ptrdiff_t count) { return m * index / count; }

static void pack(float *packed, const float *b, ptrdiff_t row, ptrdiff_t column, ptrdiff_t k, ptrdiff_t n) {
  for (ptrdiff_t first = 0; first < n; first += PANEL) {
    ptrdiff_t width = smaller(PANEL, n - first);
    for (ptrdiff_t i = 0; i < k; i++, packed += PANEL) {
      const float *source = b + i * row + first * column;
      for (ptrdiff_t j = 0; j < width; j++) packed[j] = source[j * column];
      for (ptrdiff_t j = width; j < PANEL; j++) packed[j] = 0;
    }
  }
}

// One block of rows by one panel of `multiply`, for `terms` of the sum.
INLINE void multiply_block(
    ptrdiff_t rows, ptrdiff_t width, ptrdiff_t terms, const float *a, ptrdiff_t row, ptrdiff_t column,
    const float *b, ptrdiff_t ldb, float *c, ptrdiff_t ldc, int add) {
  block_function *function = (column != 1 ? across : along)[rows - 1];
  ptrdiff_t stride = column == 1 ? row : column;
  if (width == PANEL) {
    function(terms, a, stride, b, ldb ? ldb : PANEL, c, ldc, add);
  } else if (!ldb) {
    // Packed panels are whole; only the target is not.
    float whole[ROWS][PANEL] __attribute__((aligned(64)));
    for (ptrdiff_t i = 0; add && i < rows; i++) {
      memcpy(whole[i], c + i * ldc, width * sizeof(float));
      memset(whole[i] + width, 0, (PANEL - width) * sizeof(float));
    }
    function(terms, a, stride, b, PANEL, whole[0], PANEL, add);
    for (ptrdiff_t i = 0; i < rows; i++) memcpy(c + i * ldc, whole[i], width * sizeof(float));
  } else {
    for (ptrdiff_t i = 0; i < rows; i++) {
      for (ptrdiff_t j = 0; j < width; j++) {
        float sum = add ? c[i * ldc + j] : 0;
        for (ptrdiff_t l = 0; l < terms; l++) sum += a[i * row + l * column] * b[l * ldb + j];
        c[i * ldc + j] = sum;
      }
    }
  }
}

// Lays `rows` columns of a, whose rows are `column` apart, side by side for the sums of a block: apart they
// would push each other out of the cache.
INLINE void gather(float *block, const float *a, ptrdiff_t column, ptrdiff_t rows, ptrdiff_t terms) {
  for (ptrdiff_t l = 0; l < terms; l++, a += column, block += rows) {
    if (rows == ROWS) {
      memcpy(block, a, ROWS * sizeof(float));
    } else {
      for (ptrdiff_t i = 0; i < rows; i++) block[i] = a[i];
    }
  }
}

static void multiply(
    ptrdiff_t m, ptrdiff_t n, ptrdiff_t k, const float *a, ptrdiff_t row, ptrdiff_t column, const float *b,
    ptrdiff_t ldb, float *c, ptrdiff_t ldc, int accumulate) {
  ptrdiff_t count = (m + ROWS - 1) / ROWS, wide = panels(n), blocks = count * wide;
  float block[DEPTH * ROWS] __attribute__((aligned(64)));
  for (ptrdiff_t depth = 0; depth < k; depth += DEPTH) {
    ptrdiff_t terms = smaller(DEPTH, k - depth);
    // What is small enough to stay in the cache is gone through again and again, the other side once.
    int rows_first = terms * n <= 131072;
    for (ptrdiff_t step = 0; step < blocks; step++) {
      ptrdiff_t index = rows_first ? step / wide : step % count,
                first = (rows_first ? step % wide : step / count) * PANEL;
      ptrdiff_t top = cut(m, index, count), rows = cut(m, index + 1, count) - top;
      const float *part = a + top * row + depth * column;
      int gathers = column != 1 && rows_first && wide >= 16;
      if (gathers && first == 0) gather(block, part, column, rows, terms);
      multiply_block(
          rows, smaller(PANEL, n - first), terms, gathers ? block : part, row, gathers ? rows : column,
          ldb ? b + depth * ldb + first : b + (first * k + depth * PANEL), ldb, c + top * ldc + first, ldc,
          accumulate || depth > 0);
    }
  }
  if (k > 0 || accumulate) return;
  for (ptrdiff_t i = 0; i < m; i++) memset(c + i * ldc, 0, n * sizeof(float));
}
