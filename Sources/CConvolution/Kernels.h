// The kernels, written once over vectors of LANES floats and blocks of ROWS rows, and compiled once per instruction set.
// Vectors are the compiler's own (GCC's vector extension), so that no intrinsics are needed. Included by one .c file per
// instruction set, which defines NAME, TABLE, LANES and ROWS.

#include <string.h>

#include "Tables.h"

typedef float vector __attribute__((ext_vector_type(LANES), aligned(4)));
typedef int32_t mask __attribute__((ext_vector_type(LANES)));
typedef uint8_t bytes __attribute__((ext_vector_type(LANES), aligned(1)));

#define PANEL (2 * LANES)
// Inner length of a product's block: a panel of that many rows stays in the second-level cache.
#define DEPTH 512
#define INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("clang loop unroll(full)")

INLINE ptrdiff_t smaller(ptrdiff_t a, ptrdiff_t b) { return a < b ? a : b; }
INLINE ptrdiff_t panels(ptrdiff_t columns) { return (columns + PANEL - 1) / PANEL; }
INLINE vector load(const float *p) { return *(const vector *)p; }
INLINE void store(float *p, vector v) { *(vector *)p = v; }
// The first `count` lanes, zeros for the others; all if there are no fewer.
INLINE vector load_some(const float *p, ptrdiff_t count) {
  if (count >= LANES) return load(p);
  vector v = (vector)(0.0f);
  for (ptrdiff_t i = 0; i < count; i++) v[i] = p[i];
  return v;
}
// The first `count` lanes; all if there are no fewer.
INLINE void store_some(float *p, vector v, ptrdiff_t count) {
  if (count >= LANES) {
    store(p, v);
  } else {
    for (ptrdiff_t i = 0; i < count; i++) p[i] = v[i];
  }
}

// max(0, v); a NaN stays one, so that a broken spectrum cannot look like a sound one.
INLINE vector positive(vector v) { return v < 0 ? (vector)(0.0f) : v; }

INLINE void store_choice(uint8_t *p, mask v, ptrdiff_t count) {
  bytes b = __builtin_convertvector(v, bytes);
  if (count >= LANES) {
    *(bytes *)p = b;
  } else {
    for (ptrdiff_t i = 0; i < count; i++) p[i] = b[i];
  }
}

// MARK: The block product

// c (rows, PANEL) = a (rows, k) · b (k, PANEL) + (accumulate ? c : 0). `row` and `column` are the strides of a. `fetch`
// asks for the panel beside this one, where the rows of b are too far apart for the processor to guess.
INLINE void block(
    int rows, ptrdiff_t k, const float *a, ptrdiff_t row, ptrdiff_t column, const float *b, ptrdiff_t ldb, float *c,
    ptrdiff_t ldc, int accumulate, int fetch) {
  vector sum[ROWS][2];
  UNROLL for (int i = 0; i < rows; i++) {
    sum[i][0] = accumulate ? load(c + i * ldc) : (vector)(0.0f);
    sum[i][1] = accumulate ? load(c + i * ldc + LANES) : (vector)(0.0f);
  }
  for (ptrdiff_t l = 0; l < k; l++) {
    vector b0 = load(b), b1 = load(b + LANES);
    if (fetch) {
      __builtin_prefetch(b + PANEL);
      __builtin_prefetch(b + PANEL + LANES);
    }
    UNROLL for (int i = 0; i < rows; i++) {
      vector x = (vector)(a[i * row]);
      sum[i][0] += x * b0;
      sum[i][1] += x * b1;
    }
    a += column;
    b += ldb;
  }
  UNROLL for (int i = 0; i < rows; i++) {
    store(c + i * ldc, sum[i][0]);
    store(c + i * ldc + LANES, sum[i][1]);
  }
}

typedef void block_function(
    ptrdiff_t k, const float *a, ptrdiff_t stride, const float *b, ptrdiff_t ldb, float *c, ptrdiff_t ldc,
    int accumulate);

// Two shapes of a: rows apart and terms of the sum next to each other, and the other way round; the first also for a b
// that is not packed.
#define BLOCK(R)                                                                                                \
  static void along_##R(                                                                                        \
      ptrdiff_t k, const float *a, ptrdiff_t s, const float *b, ptrdiff_t ldb, float *c, ptrdiff_t ldc, int add) { \
    block(R, k, a, s, 1, b, ldb, c, ldc, add, 0);                                                               \
  }                                                                                                             \
  static void beside_##R(                                                                                       \
      ptrdiff_t k, const float *a, ptrdiff_t s, const float *b, ptrdiff_t ldb, float *c, ptrdiff_t ldc, int add) { \
    block(R, k, a, s, 1, b, ldb, c, ldc, add, 1);                                                               \
  }                                                                                                             \
  static void across_##R(                                                                                       \
      ptrdiff_t k, const float *a, ptrdiff_t s, const float *b, ptrdiff_t ldb, float *c, ptrdiff_t ldc, int add) { \
    block(R, k, a, 1, s, b, ldb, c, ldc, add, 0);                                                               \
  }
BLOCK(1) BLOCK(2) BLOCK(3) BLOCK(4) BLOCK(5) BLOCK(6)
#if ROWS == 14
BLOCK(7) BLOCK(8) BLOCK(9) BLOCK(10) BLOCK(11) BLOCK(12) BLOCK(13) BLOCK(14)
#define BLOCKS(X) {X##1, X##2, X##3, X##4, X##5, X##6, X##7, X##8, X##9, X##10, X##11, X##12, X##13, X##14}
#else
#define BLOCKS(X) {X##1, X##2, X##3, X##4, X##5, X##6}
#endif
static block_function *const along[ROWS] = BLOCKS(along_);
static block_function *const beside[ROWS] = BLOCKS(beside_);
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
    ptrdiff_t rows, ptrdiff_t width, ptrdiff_t terms, const float *a, ptrdiff_t row, ptrdiff_t column, const float *b,
    ptrdiff_t ldb, float *c, ptrdiff_t ldc, int add) {
  block_function *function = (column != 1 ? across : ldb ? beside : along)[rows - 1];
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

static void multiply(
    ptrdiff_t m, ptrdiff_t n, ptrdiff_t k, const float *a, ptrdiff_t row, ptrdiff_t column, const float *b,
    ptrdiff_t ldb, float *c, ptrdiff_t ldc, int accumulate) {
  ptrdiff_t count = (m + ROWS - 1) / ROWS, wide = panels(n), blocks = count * wide;
  for (ptrdiff_t depth = 0; depth < k; depth += DEPTH) {
    ptrdiff_t terms = smaller(DEPTH, k - depth);
    // What is small enough to stay in the cache is gone through again and again, the other side once.
    int rows_first = terms * n <= 65536;
    for (ptrdiff_t step = 0; step < blocks; step++) {
      ptrdiff_t index = rows_first ? step / wide : step % count, first = (rows_first ? step % wide : step / count) * PANEL;
      ptrdiff_t top = cut(m, index, count), rows = cut(m, index + 1, count) - top;
      multiply_block(
          rows, smaller(PANEL, n - first), terms, a + top * row + depth * column, row, column,
          ldb ? b + depth * ldb + first : b + (first * k + depth * PANEL), ldb, c + top * ldc + first, ldc,
          accumulate || depth > 0);
    }
  }
  if (k > 0 || accumulate) return;
  for (ptrdiff_t i = 0; i < m; i++) memset(c + i * ldc, 0, n * sizeof(float));
}

// MARK: The first layer, one input channel

static void first(
    float *y, const float *x, const float *w, const float *bias, ptrdiff_t spectra, ptrdiff_t length,
    ptrdiff_t outputs) {
  for (ptrdiff_t s = 0; s < spectra; s++, x += length) {
    for (ptrdiff_t l = 0; l < length - 2; l++, y += outputs) {
      ptrdiff_t c = 0;
      for (; c + LANES <= outputs; c += LANES) {
        vector sum = load(bias + c) + x[l] * load(w + c);
        sum += x[l + 1] * load(w + outputs + c);
        sum += x[l + 2] * load(w + 2 * outputs + c);
        store(y + c, positive(sum));
      }
      for (; c < outputs; c++) {
        float sum = bias[c] + x[l] * w[c];
        sum += x[l + 1] * w[outputs + c];
        sum += x[l + 2] * w[2 * outputs + c];
        y[c] = sum < 0 ? 0 : sum;
      }
    }
  }
}

static void first_adjoint(
    float *dw, float *db, const float *dy, const float *y, const float *x, ptrdiff_t spectra, ptrdiff_t length,
    ptrdiff_t outputs) {
  ptrdiff_t c = 0;
  for (; c + LANES <= outputs; c += LANES) {
    vector sum = load(db + c), w0 = load(dw + c), w1 = load(dw + outputs + c), w2 = load(dw + 2 * outputs + c);
    for (ptrdiff_t s = 0; s < spectra; s++) {
      const float *line = x + s * length;
      for (ptrdiff_t l = 0; l < length - 2; l++) {
        ptrdiff_t place = (s * (length - 2) + l) * outputs + c;
        vector g = load(y + place) > 0 ? load(dy + place) : (vector)(0.0f);
        sum += g;
        w0 += line[l] * g;
        w1 += line[l + 1] * g;
        w2 += line[l + 2] * g;
      }
    }
    store(db + c, sum);
    store(dw + c, w0);
    store(dw + outputs + c, w1);
    store(dw + 2 * outputs + c, w2);
  }
  for (; c < outputs; c++) {
    for (ptrdiff_t s = 0; s < spectra; s++) {
      for (ptrdiff_t l = 0; l < length - 2; l++) {
        ptrdiff_t place = (s * (length - 2) + l) * outputs + c;
        float g = y[place] > 0 ? dy[place] : 0;
        db[c] += g;
        for (ptrdiff_t j = 0; j < 3; j++) dw[j * outputs + c] += x[s * length + l + j] * g;
      }
    }
  }
}

// MARK: Winograd's transforms, F(4,3) at the points 0, ±1, ±2 and infinity
//
//         ⎡4  0 −5  0 1 0⎤       ⎡ 1/4    0    0 ⎤
//         ⎢0 −4 −4  1 1 0⎥       ⎢−1/6 −1/6 −1/6⎥        ⎡1 1  1 1  1 0⎤
//    Bᵀ = ⎢0  4 −4 −1 1 0⎥   G = ⎢−1/6  1/6 −1/6⎥   Aᵀ = ⎢0 1 −1 2 −2 0⎥
//         ⎢0 −2 −1  2 1 0⎥       ⎢1/24 1/12  1/6 ⎥        ⎢0 1  1 4  4 0⎥
//         ⎢0  2 −1 −2 1 0⎥       ⎢1/24 −1/12 1/6 ⎥        ⎣0 1 −1 8 −8 1⎦
//         ⎣0  4  0 −5 0 1⎦       ⎣ 0     0    1  ⎦
//
// y = Aᵀ[(G w) ⊙ (Bᵀ x)], hence dx = B[(G w) ⊙ (A dy)] and dw = Gᵀ[(A dy) ⊙ (Bᵀ x)].

#define TRANSFORMS(T, S)                                                                                       \
  INLINE void input_##S(T v[6], const T x[6]) {                                                                \
    T even = x[4] - 4 * x[2], odd = x[3] - 4 * x[1], difference = x[4] - x[2], twice = 2 * (x[3] - x[1]);      \
    v[0] = 4 * x[0] - 5 * x[2] + x[4];                                                                         \
    v[1] = even + odd;                                                                                         \
    v[2] = even - odd;                                                                                         \
    v[3] = difference + twice;                                                                                 \
    v[4] = difference - twice;                                                                                 \
    v[5] = 4 * x[1] - 5 * x[3] + x[5];                                                                         \
  }                                                                                                            \
  INLINE void input_adjoint_##S(T x[6], const T v[6]) {                                                        \
    T even = v[1] + v[2], odd = v[1] - v[2], far = v[3] + v[4], twice = 2 * (v[3] - v[4]);                     \
    x[0] = 4 * v[0];                                                                                           \
    x[1] = 4 * (v[5] - odd) - twice;                                                                           \
    x[2] = -5 * v[0] - 4 * even - far;                                                                         \
    x[3] = odd + twice - 5 * v[5];                                                                             \
    x[4] = v[0] + even + far;                                                                                  \
    x[5] = v[5];                                                                                               \
  }                                                                                                            \
  INLINE void output_##S(T y[4], const T m[6]) {                                                               \
    T even = m[1] + m[2], odd = m[1] - m[2], far = m[3] + m[4], twice = 2 * (m[3] - m[4]);                     \
    y[0] = m[0] + even + far;                                                                                  \
    y[1] = odd + twice;                                                                                        \
    y[2] = even + 4 * far;                                                                                     \
    y[3] = odd + 4 * twice + m[5];                                                                             \
  }                                                                                                            \
  INLINE void output_adjoint_##S(T m[6], const T y[4]) {                                                       \
    T even = y[0] + y[2], odd = y[1] + y[3], far = y[0] + 4 * y[2], twice = 2 * (y[1] + 4 * y[3]);             \
    m[0] = y[0];                                                                                               \
    m[1] = even + odd;                                                                                         \
    m[2] = even - odd;                                                                                         \
    m[3] = far + twice;                                                                                        \
    m[4] = far - twice;                                                                                        \
    m[5] = y[3];                                                                                               \
  }
TRANSFORMS(vector, vector)
TRANSFORMS(float, float)

INLINE ptrdiff_t tiles_of(ptrdiff_t length) { return cconvolution_tiles(length); }

// u, in panels of n: element (i, j) of tap t of w at w[t*tap + i*row + j*column], i < k, j < n.
static void transform_panels(
    float *u, const float *w, ptrdiff_t tap, ptrdiff_t row, ptrdiff_t column, ptrdiff_t k, ptrdiff_t n) {
  for (ptrdiff_t first = 0; first < n; first += PANEL, u += 6 * k * PANEL) {
    ptrdiff_t width = smaller(PANEL, n - first);
    for (ptrdiff_t i = 0; i < k; i++) {
      float g[3][PANEL] = {{0}};
      for (ptrdiff_t t = 0; t < 3; t++) {
        const float *source = w + t * tap + i * row + first * column;
        if (column == 1 && width == PANEL) {
          memcpy(g[t], source, sizeof g[t]);
        } else {
          for (ptrdiff_t j = 0; j < width; j++) g[t][j] = source[j * column];
        }
      }
      float *target = u + i * PANEL;
      UNROLL for (int c = 0; c < PANEL; c += LANES) {
        vector w0 = load(g[0] + c), w1 = load(g[1] + c), w2 = load(g[2] + c);
        vector ends = w0 + w2, far = w0 * (1.0f / 24) + w2 * (1.0f / 6);
        store(target + c, 0.25f * w0);
        store(target + k * PANEL + c, (ends + w1) * (-1.0f / 6));
        store(target + 2 * k * PANEL + c, (ends - w1) * (-1.0f / 6));
        store(target + 3 * k * PANEL + c, far + w1 * (1.0f / 12));
        store(target + 4 * k * PANEL + c, far - w1 * (1.0f / 12));
        store(target + 5 * k * PANEL + c, w2);
      }
    }
  }
}

static void transform_weights(float *u, float *ut, const float *w, ptrdiff_t inputs, ptrdiff_t outputs) {
  transform_panels(u, w, inputs * outputs, outputs, 1, inputs, outputs);
  if (ut) transform_panels(ut, w, inputs * outputs, 1, outputs, outputs, inputs);
}

static void weight_gradient(float *dw, const float *const *du, ptrdiff_t parts, ptrdiff_t count) {
  for (ptrdiff_t i = 0; i < count; i += LANES) {
    ptrdiff_t width = count - i;
    vector m[6];
    UNROLL for (int x = 0; x < 6; x++) {
      m[x] = load_some(du[0] + x * count + i, width);
      for (ptrdiff_t part = 1; part < parts; part++) m[x] += load_some(du[part] + x * count + i, width);
    }
    vector even = (m[1] + m[2]) * (-1.0f / 6), odd = (m[1] - m[2]) * (-1.0f / 6);
    vector far = m[3] + m[4], twice = (m[3] - m[4]) * (1.0f / 12);
    store_some(dw + i, 0.25f * m[0] + even + far * (1.0f / 24), width);
    store_some(dw + count + i, odd + twice, width);
    store_some(dw + 2 * count + i, even + far * (1.0f / 6) + m[5], width);
  }
}

// v (6, tiles, inputs) of one spectrum x (length, inputs); `plane` floats lie between the six.
static void transform_input(float *v, ptrdiff_t plane, const float *x, ptrdiff_t length, ptrdiff_t inputs) {
  for (ptrdiff_t tile = 0; tile < tiles_of(length); tile++, v += inputs) {
    const float *line = x + 4 * tile * inputs;
    ptrdiff_t rows = smaller(6, length - 4 * tile);
    ptrdiff_t c = 0;
    for (; c + LANES <= inputs; c += LANES) {
      vector in[6], out[6];
      UNROLL for (int i = 0; i < 6; i++) in[i] = i < rows ? load(line + i * inputs + c) : (vector)(0.0f);
      input_vector(out, in);
      UNROLL for (int i = 0; i < 6; i++) store(v + i * plane + c, out[i]);
    }
    for (; c < inputs; c++) {
      float in[6], out[6];
      for (int i = 0; i < 6; i++) in[i] = i < rows ? line[i * inputs + c] : 0;
      input_float(out, in);
      for (int i = 0; i < 6; i++) v[i * plane + c] = out[i];
    }
  }
}

// MARK: Forward

// The products of up to ROWS tiles and one panel: products (6, ROWS, PANEL).
INLINE void products_of(
    float products[6][ROWS][PANEL], const float *v, ptrdiff_t plane, const float *u, ptrdiff_t tiles, ptrdiff_t depth) {
  for (int x = 0; x < 6; x++) {
    along[tiles - 1](depth, v + x * plane, depth, u + x * depth * PANEL, PANEL, products[x][0], PANEL, 0);
  }
}

// `convolve` for as many spectra as fit the room.
static void convolve_group(
    float *y, float *pooled, uint8_t *choice, float *v, const float *x, const float *u, const float *bias,
    ptrdiff_t spectra, ptrdiff_t length, ptrdiff_t inputs, ptrdiff_t outputs) {
  ptrdiff_t tiles = tiles_of(length), total = spectra * tiles, plane = total * inputs, rows = length - 2;
  for (ptrdiff_t s = 0; s < spectra; s++) {
    transform_input(v + s * tiles * inputs, plane, x + s * length * inputs, length, inputs);
  }
  ptrdiff_t count = (total + ROWS - 1) / ROWS;
  for (ptrdiff_t first = 0; first < outputs; first += PANEL) {
    ptrdiff_t width = smaller(PANEL, outputs - first);
    float shift[PANEL] = {0};
    memcpy(shift, bias + first, width * sizeof(float));
    for (ptrdiff_t index = 0; index < count; index++) {
      ptrdiff_t top = cut(total, index, count), bottom = cut(total, index + 1, count);
      float products[6][ROWS][PANEL] __attribute__((aligned(64)));
      products_of(products, v + top * inputs, plane, u + first * 6 * inputs, bottom - top, inputs);
      ptrdiff_t spectrum = top / tiles, tile = top % tiles;
      for (ptrdiff_t t = 0; t < bottom - top; t++) {
        ptrdiff_t valid = smaller(4, rows - 4 * tile), pairs = smaller(2, rows / 2 - 2 * tile);
        float *line = y ? y + (spectrum * rows + 4 * tile) * outputs + first : NULL;
        ptrdiff_t half_place = (spectrum * (rows / 2) + 2 * tile) * outputs + first;
        for (ptrdiff_t c = 0; c < width; c += LANES) {
          vector m[6], out[4];
          UNROLL for (int i = 0; i < 6; i++) m[i] = load(products[i][t] + c);
          output_vector(out, m);
          vector b = load(shift + c);
          UNROLL for (int i = 0; i < 4; i++) out[i] = positive(out[i] + b);
          UNROLL for (int i = 0; i < 4; i++) {
            if (line && i < valid) store_some(line + i * outputs + c, out[i], width - c);
          }
          UNROLL for (int i = 0; i < 2; i++) {
            if (!pooled || i >= pairs) continue;
            ptrdiff_t place = half_place + i * outputs + c;
            mask is_second = out[2 * i] < out[2 * i + 1];
            vector larger = is_second ? out[2 * i + 1] : out[2 * i];
            store_some(pooled + place, larger, width - c);
            if (choice) store_choice(choice + place, larger > 0 ? 1 - is_second : (mask)(0), width - c);
          }
        }
        if (++tile == tiles) tile = 0, spectrum++;
      }
    }
  }
}

static void convolve(
    float *y, float *pooled, uint8_t *choice, float *room, const float *x, const float *u, const float *bias,
    ptrdiff_t spectra, ptrdiff_t length, ptrdiff_t inputs, ptrdiff_t outputs) {
  ptrdiff_t group = cconvolution_group(length), rows = length - 2;
  for (ptrdiff_t s = 0; s < spectra; s += group) {
    convolve_group(
        y ? y + s * rows * outputs : NULL, pooled ? pooled + s * (rows / 2) * outputs : NULL,
        choice ? choice + s * (rows / 2) * outputs : NULL, room, x + s * length * inputs, u, bias, smaller(group, spectra - s), length, inputs, outputs);
  }
}

// MARK: Backward

// The gradient before ReLU of row `row` of y (rows, outputs), from that of y or, by the choice, of the pooled rows.
INLINE vector gradient_vector(
    const float *dy, const uint8_t *choice, const float *y, ptrdiff_t row, ptrdiff_t rows, ptrdiff_t outputs,
    ptrdiff_t c) {
  ptrdiff_t place = row * outputs + c;
  if (!choice) return load(y + place) > 0 ? load(dy + place) : (vector)(0.0f);
  if (row / 2 >= rows / 2) return (vector)(0.0f);
  place = row / 2 * outputs + c;
  mask chosen = __builtin_convertvector(*(const bytes *)(choice + place), mask);
  return chosen == (mask)(1 + (int)(row & 1)) ? load(dy + place) : (vector)(0.0f);
}

INLINE float gradient_float(
    const float *dy, const uint8_t *choice, const float *y, ptrdiff_t row, ptrdiff_t rows, ptrdiff_t outputs,
    ptrdiff_t c) {
  ptrdiff_t place = row * outputs + c;
  if (!choice) return y[place] > 0 ? dy[place] : 0;
  place = row / 2 * outputs + c;
  return row / 2 < rows / 2 && choice[place] == 1 + (row & 1) ? dy[place] : 0;
}

// dm (6, tiles, outputs) of one spectrum, and the sum of the gradient over its pixels added to db.
static void transform_gradient(
    float *dm, ptrdiff_t plane, float *db, const float *dy, const uint8_t *choice, const float *y, ptrdiff_t length,
    ptrdiff_t outputs) {
  ptrdiff_t rows = length - 2;
  for (ptrdiff_t tile = 0; tile < tiles_of(length); tile++, dm += outputs) {
    ptrdiff_t valid = smaller(4, rows - 4 * tile), c = 0;
    for (; c + LANES <= outputs; c += LANES) {
      vector in[4], out[6], sum = load(db + c);
      UNROLL for (int i = 0; i < 4; i++) {
        in[i] = i < valid ? gradient_vector(dy, choice, y, 4 * tile + i, rows, outputs, c) : (vector)(0.0f);
        sum += in[i];
      }
      store(db + c, sum);
      output_adjoint_vector(out, in);
      UNROLL for (int i = 0; i < 6; i++) store(dm + i * plane + c, out[i]);
    }
    for (; c < outputs; c++) {
      float in[4], out[6];
      for (int i = 0; i < 4; i++) {
        in[i] = i < valid ? gradient_float(dy, choice, y, 4 * tile + i, rows, outputs, c) : 0;
        db[c] += in[i];
      }
      output_adjoint_float(out, in);
      for (int i = 0; i < 6; i++) dm[i * plane + c] = out[i];
    }
  }
}

// `convolve_adjoint` for as many spectra as fit the room.
static void adjoint_group(
    float *dx, float *du, int is_first, float *db, float *room, const float *dy, const uint8_t *choice, const float *y,
    const float *x, const float *ut, ptrdiff_t spectra, ptrdiff_t length, ptrdiff_t inputs, ptrdiff_t outputs) {
  ptrdiff_t tiles = tiles_of(length), total = spectra * tiles, rows = length - 2;
  ptrdiff_t handed = choice ? rows / 2 : rows;
  // The input is transformed again: that costs less than to keep it and fetch it from memory.
  float *v = room, *dm = room + 6 * total * inputs;
  for (ptrdiff_t s = 0; s < spectra; s++) {
    transform_input(v + s * tiles * inputs, total * inputs, x + s * length * inputs, length, inputs);
    transform_gradient(
        dm + s * tiles * outputs, total * outputs, db, dy + s * handed * outputs,
        choice ? choice + s * handed * outputs : NULL, choice ? NULL : y + s * rows * outputs, length, outputs);
  }
  for (int i = 0; i < 6; i++) {
    multiply(
        inputs, outputs, total, v + i * total * inputs, 1, inputs, dm + i * total * outputs, outputs,
        du + i * inputs * outputs, outputs, !is_first);
  }
  memset(dx, 0, spectra * length * inputs * sizeof(float));
  ptrdiff_t count = (total + ROWS - 1) / ROWS;
  for (ptrdiff_t first = 0; first < inputs; first += PANEL) {
    ptrdiff_t width = smaller(PANEL, inputs - first);
    for (ptrdiff_t index = 0; index < count; index++) {
      ptrdiff_t top = cut(total, index, count), bottom = cut(total, index + 1, count);
      float products[6][ROWS][PANEL] __attribute__((aligned(64)));
      products_of(
          products, dm + top * outputs, total * outputs, ut + first * 6 * outputs, bottom - top, outputs);
      ptrdiff_t spectrum = top / tiles, tile = top % tiles;
      for (ptrdiff_t t = 0; t < bottom - top; t++) {
        float *line = dx + (spectrum * length + 4 * tile) * inputs + first;
        ptrdiff_t valid = smaller(6, length - 4 * tile);
        for (ptrdiff_t half = 0; half < width; half += LANES) {
          vector m[6], sum[6];
          UNROLL for (int i = 0; i < 6; i++) m[i] = load(products[i][t] + half);
          input_adjoint_vector(sum, m);
          for (ptrdiff_t i = 0; i < valid; i++) {
            float *target = line + i * inputs + half;
            if (half + LANES <= width) {
              store(target, load(target) + sum[i]);
            } else {
              for (ptrdiff_t j = 0; j < width - half; j++) target[j] += sum[i][j];
            }
          }
        }
        if (++tile == tiles) tile = 0, spectrum++;
      }
    }
  }
}

static void convolve_adjoint(
    float *dx, float *du, int is_first, float *db, float *room, const float *dy, const uint8_t *choice, const float *y,
    const float *x, const float *ut, ptrdiff_t spectra, ptrdiff_t length, ptrdiff_t inputs, ptrdiff_t outputs) {
  ptrdiff_t group = cconvolution_group(length), rows = length - 2, handed = choice ? rows / 2 : rows;
  for (ptrdiff_t s = 0; s < spectra; s += group) {
    adjoint_group(
        dx + s * length * inputs, du, is_first && s == 0, db, room, dy + s * handed * outputs,
        choice ? choice + s * handed * outputs : NULL, choice ? NULL : y + s * rows * outputs, x + s * length * inputs, ut, smaller(group, spectra - s), length, inputs, outputs);
  }
}

// MARK: The step

static void adam(
    float *p, float *m, float *v, const float *g, ptrdiff_t count, float rate, float keep1, float keep2,
    float epsilon) {
  ptrdiff_t i = 0;
  for (; i + LANES <= count; i += LANES) {
    vector gradient = load(g + i), mean = load(m + i), square = load(v + i);
    mean += keep1 * (gradient - mean);
    square += keep2 * (gradient * gradient - square);
    store(m + i, mean);
    store(v + i, square);
    store(p + i, load(p + i) - rate * mean / (__builtin_elementwise_sqrt(square) + epsilon));
  }
  for (; i < count; i++) {
    m[i] += keep1 * (g[i] - m[i]);
    v[i] += keep2 * (g[i] * g[i] - v[i]);
    p[i] -= rate * m[i] / (__builtin_sqrtf(v[i]) + epsilon);
  }
}

const cconvolution_kernels TABLE = {
    NAME,  PANEL,           pack,     multiply, first, first_adjoint, transform_weights,
    convolve, convolve_adjoint, weight_gradient, adam};
