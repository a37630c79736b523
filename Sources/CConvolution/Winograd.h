// Winograd's transforms for F(4,3), at the points 0, ±1, ±2 and infinity.
//
//         ⎡4  0 −5  0 1 0⎤       ⎡ 1/4    0    0 ⎤
//         ⎢0 −4 −4  1 1 0⎥       ⎢−1/6 −1/6 −1/6⎥        ⎡1 1  1 1  1 0⎤
//    Bᵀ = ⎢0  4 −4 −1 1 0⎥   G = ⎢−1/6  1/6 −1/6⎥   Aᵀ = ⎢0 1 −1 2 −2 0⎥
//         ⎢0 −2 −1  2 1 0⎥       ⎢1/24 1/12  1/6 ⎥        ⎢0 1  1 4  4 0⎥
//         ⎢0  2 −1 −2 1 0⎥       ⎢1/24 −1/12 1/6 ⎥        ⎣0 1 −1 8 −8 1⎦
//         ⎣0  4  0 −5 0 1⎦       ⎣ 0     0    1  ⎦
//
// y = Aᵀ[(G w) ⊙ (Bᵀ x)], hence dx = B[(G w) ⊙ (A dy)] and dw = Gᵀ[(A dy) ⊙ (Bᵀ x)].

#include "Vectors.h"

#define TRANSFORMS(T, S)                                                                                  \
  INLINE void input_##S(T v[6], const T x[6]) {                                                           \
    T even = x[4] - 4 * x[2], odd = x[3] - 4 * x[1], difference = x[4] - x[2], twice = 2 * (x[3] - x[1]); \
    v[0] = 4 * x[0] - 5 * x[2] + x[4];                                                                    \
    v[1] = even + odd;                                                                                    \
    v[2] = even - odd;                                                                                    \
    v[3] = difference + twice;                                                                            \
    v[4] = difference - twice;                                                                            \
    v[5] = 4 * x[1] - 5 * x[3] + x[5];                                                                    \
  }                                                                                                       \
  INLINE void input_adjoint_##S(T x[6], const T v[6]) {                                                   \
    T even = v[1] + v[2], odd = v[1] - v[2], far = v[3] + v[4], twice = 2 * (v[3] - v[4]);                \
    x[0] = 4 * v[0];                                                                                      \
    x[1] = 4 * (v[5] - odd) - twice;                                                                      \
    x[2] = -5 * v[0] - 4 * even - far;                                                                    \
    x[3] = odd + twice - 5 * v[5];                                                                        \
    x[4] = v[0] + even + far;                                                                             \
    x[5] = v[5];                                                                                          \
  }                                                                                                       \
  INLINE void output_##S(T y[4], const T m[6]) {                                                          \
    T even = m[1] + m[2], odd = m[1] - m[2], far = m[3] + m[4], twice = 2 * (m[3] - m[4]);                \
    y[0] = m[0] + even + far;                                                                             \
    y[1] = odd + twice;                                                                                   \
    y[2] = even + 4 * far;                                                                                \
    y[3] = odd + 4 * twice + m[5];                                                                        \
  }                                                                                                       \
  INLINE void output_adjoint_##S(T m[6], const T y[4]) {                                                  \
    T even = y[0] + y[2], odd = y[1] + y[3], far = y[0] + 4 * y[2], twice = 2 * (y[1] + 4 * y[3]);        \
    m[0] = y[0];                                                                                          \
    m[1] = even + odd;                                                                                    \
    m[2] = even - odd;                                                                                    \
    m[3] = far + twice;                                                                                   \
    m[4] = far - twice;                                                                                   \
    m[5] = y[3];                                                                                          \
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
      UNROLL
      for (int c = 0; c < PANEL; c += LANES) {
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
    UNROLL
    for (int x = 0; x < 6; x++) {
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
      UNROLL
      for (int i = 0; i < 6; i++) in[i] = i < rows ? load(line + i * inputs + c) : (vector)(0.0f);
      input_vector(out, in);
      UNROLL
      for (int i = 0; i < 6; i++) store(v + i * plane + c, out[i]);
    }
    for (; c < inputs; c++) {
      float in[6], out[6];
      for (int i = 0; i < 6; i++) in[i] = i < rows ? line[i * inputs + c] : 0;
      input_float(out, in);
      for (int i = 0; i < 6; i++) v[i * plane + c] = out[i];
    }
  }
}
