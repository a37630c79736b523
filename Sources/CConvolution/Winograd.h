// Activations, gradients and weights on the way into Winograd's products and out of them. `tile` is a constant of the
// compiler in everything INLINE.

#include "Transforms.h"

// u, in panels of n: element (i, j) of tap t of w at w[t*tap + i*row + j*column], i < k, j < n.
INLINE void transform_panels(
    int tile, float *u, const float *w, ptrdiff_t tap, ptrdiff_t row, ptrdiff_t column, ptrdiff_t k, ptrdiff_t n) {
  for (ptrdiff_t first = 0; first < n; first += PANEL, u += (tile + 2) * k * PANEL) {
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
      UNROLL
      for (int c = 0; c < PANEL; c += LANES) {
        vector in[3] = {load(g[0] + c), load(g[1] + c), load(g[2] + c)}, out[8];
        weight_transform(tile, out, in);
        UNROLL
        for (int x = 0; x < tile + 2; x++) store(u + (x * k + i) * PANEL + c, out[x]);
      }
    }
  }
}

INLINE void transform_both(
    int tile, float *u, float *ut, const float *w, ptrdiff_t inputs, ptrdiff_t outputs) {
  transform_panels(tile, u, w, inputs * outputs, outputs, 1, inputs, outputs);
  if (ut) transform_panels(tile, ut, w, inputs * outputs, 1, outputs, outputs, inputs);
}

static void transform_weights(
    float *u, float *ut, const float *w, ptrdiff_t length, ptrdiff_t inputs, ptrdiff_t outputs) {
  if (cconvolution_tile(length) == 4) {
    transform_both(4, u, ut, w, inputs, outputs);
  } else {
    transform_both(6, u, ut, w, inputs, outputs);
  }
}

INLINE void weight_gradient_of(int tile, float *dw, const float *const *du, ptrdiff_t parts, ptrdiff_t count) {
  for (ptrdiff_t i = 0; i < count; i += LANES) {
    ptrdiff_t width = count - i;
    vector m[8], w[3];
    UNROLL
    for (int x = 0; x < tile + 2; x++) {
      m[x] = load_some(du[0] + x * count + i, width);
      for (ptrdiff_t part = 1; part < parts; part++) m[x] += load_some(du[part] + x * count + i, width);
    }
    weight_adjoint(tile, w, m);
    UNROLL
    for (int t = 0; t < 3; t++) store_some(dw + t * count + i, w[t], width);
  }
}

static void weight_gradient(
    float *dw, const float *const *du, ptrdiff_t parts, ptrdiff_t length, ptrdiff_t count) {
  if (cconvolution_tile(length) == 4) {
    weight_gradient_of(4, dw, du, parts, count);
  } else {
    weight_gradient_of(6, dw, du, parts, count);
  }
}

// v (tile + 2, tiles, inputs) of one spectrum x (length, inputs); `plane` floats lie between the points.
INLINE void transform_input(
    int tile, float *v, ptrdiff_t plane, const float *x, ptrdiff_t length, ptrdiff_t inputs) {
  for (ptrdiff_t first = 0; first < length - 2; first += tile, v += inputs) {
    const float *line = x + first * inputs;
    ptrdiff_t rows = smaller(tile + 2, length - first);
    for (ptrdiff_t c = 0; c < inputs; c += LANES) {
      vector in[8], out[8];
      UNROLL
      for (int i = 0; i < tile + 2; i++) {
        in[i] = i < rows ? load_some(line + i * inputs + c, inputs - c) : (vector)(0.0f);
      }
      input_transform(tile, out, in);
      UNROLL
      for (int i = 0; i < tile + 2; i++) store_some(v + i * plane + c, out[i], inputs - c);
    }
  }
}

// The gradient before ReLU of row `row` of y (rows, outputs), from that of y or, by the choice, of the pooled
// rows; `width` lanes of it from c on.
INLINE vector gradient_vector(
    const float *dy, const uint8_t *choice, const float *y, ptrdiff_t row, ptrdiff_t rows, ptrdiff_t outputs,
    ptrdiff_t c, ptrdiff_t width) {
  vector none = (vector)(0.0f);
  ptrdiff_t place = row * outputs + c;
  if (!choice) return load_some(y + place, width) > 0 ? load_some(dy + place, width) : none;
  if (row / 2 >= rows / 2) return none;
  place = row / 2 * outputs + c;
  mask chosen = load_choice(choice + place, width) == (mask)(1 + (int)(row & 1));
  return chosen ? load_some(dy + place, width) : none;
}

// dm (tile + 2, tiles, outputs) of one spectrum, and the sum of the gradient over its pixels added to db.
INLINE void transform_gradient(
    int tile, float *dm, ptrdiff_t plane, float *db, const float *dy, const uint8_t *choice, const float *y,
    ptrdiff_t length, ptrdiff_t outputs) {
  ptrdiff_t rows = length - 2;
  for (ptrdiff_t first = 0; first < rows; first += tile, dm += outputs) {
    ptrdiff_t valid = smaller(tile, rows - first);
    for (ptrdiff_t c = 0; c < outputs; c += LANES) {
      ptrdiff_t width = outputs - c;
      vector in[6], out[8], sum = load_some(db + c, width);
      UNROLL
      for (int i = 0; i < tile; i++) {
        in[i] = i < valid ? gradient_vector(dy, choice, y, first + i, rows, outputs, c, width) : (vector)(0.0f);
        sum += in[i];
      }
      store_some(db + c, sum, width);
      output_adjoint(tile, out, in);
      UNROLL
      for (int i = 0; i < tile + 2; i++) store_some(dm + i * plane + c, out[i], width);
    }
  }
}
