// Products with matrices of which many elements are zero: what ReLU and dropout hand on, and its gradient.

#include "Vectors.h"

// Columns that the sums of one row go through the registers with.
#define STRIP (8 * LANES)
// As cconvolution_reach(): a strip of that many rows stays in the first-level cache while all rows go through it.
#define REACH 64

// Lists the elements of a row that are not zero; whatever they are, each is written and only those stay.
INLINE cconvolution_term *list(cconvolution_term *terms, const float *a, ptrdiff_t count) {
  for (ptrdiff_t l = 0; l < count; l++) {
    uint32_t bits;
    memcpy(&bits, a + l, sizeof bits);
    *terms = (cconvolution_term){a[l], (uint32_t)(l * STRIP)};
    terms += (bits & 0x7fffffff) != 0;
  }
  return terms;
}

static void sparse(
    cconvolution_term *terms, uint32_t *starts, const float *a, ptrdiff_t row, ptrdiff_t column, ptrdiff_t m,
    ptrdiff_t k) {
  cconvolution_term *next = terms;
  for (ptrdiff_t depth = 0; depth < k; depth += REACH) {
    ptrdiff_t count = smaller(REACH, k - depth);
    for (ptrdiff_t top = 0; top < m; top += LANES) {
      ptrdiff_t rows = smaller(LANES, m - top);
      float turned[LANES][REACH];
      if (column != 1) {
        for (ptrdiff_t l = 0; l < count; l++) {
          const float *source = a + top * row + (depth + l) * column;
          for (ptrdiff_t i = 0; i < rows; i++) turned[i][l] = source[i * row];
        }
      }
      for (ptrdiff_t i = 0; i < rows; i++) {
        *starts++ = (uint32_t)(next - terms);
        next = list(next, column != 1 ? turned[i] : a + (top + i) * row + depth, count);
      }
    }
  }
  *starts = (uint32_t)(next - terms);
}

// Element l of vector i after the halves of each pair of vectors that are `s` apart have changed places.
#define LOW(l, s) ((l) & (s) ? (l) - (s) + LANES : (l))
#define HIGH(l, s) ((l) & (s) ? (l) + LANES : (l) + (s))
#define FOUR(F, l, s) F(l, s), F(l + 1, s), F(l + 2, s), F(l + 3, s)
#if LANES == 16
#define EACH(F, s) FOUR(F, 0, s), FOUR(F, 4, s), FOUR(F, 8, s), FOUR(F, 12, s)
#elif LANES == 8
#define EACH(F, s) FOUR(F, 0, s), FOUR(F, 4, s)
#else
#define EACH(F, s) FOUR(F, 0, s)
#endif
#define CHANGE(v, s)                                                   \
  UNROLL                                                               \
  for (int i = 0; i < LANES; i++) {                                    \
    if (i & s) continue;                                               \
    vector a = v[i], b = v[i | s];                                     \
    v[i] = __builtin_shufflevector(a, b, EACH(LOW, s));                \
    v[i | s] = __builtin_shufflevector(a, b, EACH(HIGH, s));           \
  }

// A square of LANES by LANES, its rows `to` and `from` floats apart, turned.
INLINE void turn_square(float *target, ptrdiff_t to, const float *source, ptrdiff_t from) {
  vector v[LANES];
  UNROLL
  for (int i = 0; i < LANES; i++) v[i] = load(source + i * from);
  CHANGE(v, 1)
  CHANGE(v, 2)
#if LANES > 4
  CHANGE(v, 4)
#endif
#if LANES > 8
  CHANGE(v, 8)
#endif
  UNROLL
  for (int i = 0; i < LANES; i++) store(target + i * to, v[i]);
}

// target (rows, columns), rows `to` apart, = the matrix with element (i, j) at source[i + j*from].
INLINE void turn(
    float *target, ptrdiff_t to, const float *source, ptrdiff_t from, ptrdiff_t rows, ptrdiff_t columns) {
  for (ptrdiff_t i = 0; i < rows; i += LANES) {
    for (ptrdiff_t j = 0; j < columns; j += LANES) {
      if (i + LANES <= rows && j + LANES <= columns) {
        turn_square(target + i * to + j, to, source + i + j * from, from);
        continue;
      }
      for (ptrdiff_t x = i; x < smaller(rows, i + LANES); x++) {
        for (ptrdiff_t y = j; y < smaller(columns, j + LANES); y++) target[x * to + y] = source[x + y * from];
      }
    }
  }
}

// One row of sums goes on by the terms of its list, each with a row of `lines`.
INLINE void go_on(
    int vectors, float *sums, const cconvolution_term *term, const cconvolution_term *end, const float *lines,
    int add) {
  vector sum[8];
  UNROLL
  for (int i = 0; i < vectors; i++) sum[i] = add ? load(sums + i * LANES) : (vector)(0.0f);
  for (; term < end; term++) {
    const float *line = lines + term->line;
    vector x = (vector)(term->value);
    UNROLL
    for (int i = 0; i < vectors; i++) sum[i] += x * load(line + i * LANES);
  }
  UNROLL
  for (int i = 0; i < vectors; i++) store(sums + i * LANES, sum[i]);
}

static void multiply_sparse(
    float *c, ptrdiff_t crow, ptrdiff_t ccolumn, float *room, const cconvolution_term *terms,
    const uint32_t *starts, const float *b, ptrdiff_t row, ptrdiff_t column, ptrdiff_t m, ptrdiff_t n,
    ptrdiff_t k, int accumulate) {
  float *sums = room, *lines = room + m * STRIP;
  if (n < STRIP) memset(room, 0, (m + REACH) * STRIP * sizeof(float));
  if (accumulate) {
    for (ptrdiff_t i = 0; i < m; i++) memcpy(sums + i * STRIP, c + i * crow, n * sizeof(float));
  }
  for (ptrdiff_t depth = 0; depth < k; depth += REACH, starts += m) {
    ptrdiff_t count = smaller(REACH, k - depth);
    const float *block = b + depth * row;
    if (column != 1) {
      turn(lines, STRIP, block, column, count, n);
    } else if (row != STRIP) {
      for (ptrdiff_t l = 0; l < count; l++) memcpy(lines + l * STRIP, block + l * row, n * sizeof(float));
    }
    const float *source = column == 1 && row == STRIP ? block : lines;
    int add = accumulate || depth > 0;
    for (ptrdiff_t i = 0; i < m; i++) {
      const cconvolution_term *term = terms + starts[i], *end = terms + starts[i + 1];
      if (n > LANES) {
        go_on(8, sums + i * STRIP, term, end, source, add);
      } else {
        // The few columns of the classes.
        go_on(1, sums + i * STRIP, term, end, source, add);
      }
    }
  }
  if (ccolumn != 1) {
    turn(c, ccolumn, sums, STRIP, n, m);
  } else {
    for (ptrdiff_t i = 0; i < m; i++) memcpy(c + i * crow, sums + i * STRIP, n * sizeof(float));
  }
}
