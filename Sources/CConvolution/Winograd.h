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

// The last tile of a spectrum may be cut, and so may its last channels. All others are `whole`, a constant of
// the compiler, which spares them every check.

INLINE void transform_input_tile(
    int tile, int whole, float *v, ptrdiff_t plane, const float *line, ptrdiff_t rows, ptrdiff_t inputs) {
  for (ptrdiff_t c = 0; c < inputs; c += LANES) {
    ptrdiff_t width = whole ? LANES : inputs - c;
    vector in[8], out[8];
    UNROLL
    for (int i = 0; i < tile + 2; i++) {
      in[i] = whole || i < rows ? load_some(line + i * inputs + c, width) : (vector)(0.0f);
      if (i < tile) __builtin_prefetch(line + (i + 2 * tile + 2) * inputs + c);
    }
    input_transform(tile, out, in);
    UNROLL
    for (int i = 0; i < tile + 2; i++) store_some(v + i * plane + c, out[i], width);
  }
}

// v (tile + 2, tiles, inputs) of one spectrum x (length, inputs); `plane` floats lie between the points.
INLINE void transform_input(
    int tile, float *v, ptrdiff_t plane, const float *x, ptrdiff_t length, ptrdiff_t inputs) {
  for (ptrdiff_t first = 0; first < length - 2; first += tile, v += inputs) {
    if (first + tile + 2 <= length && inputs % LANES == 0) {
      transform_input_tile(tile, 1, v, plane, x + first * inputs, tile + 2, inputs);
    } else {
      transform_input_tile(tile, 0, v, plane, x + first * inputs, length - first, inputs);
    }
  }
}

// The gradient before ReLU of the `rows` rows of a tile, from that of y (rows, outputs): `width` lanes of it,
// zeros in rows that there are not.
INLINE void gradient_of_rows(
    int tile, int whole, vector in[6], const float *dy, const float *y, ptrdiff_t rows, ptrdiff_t outputs,
    ptrdiff_t width) {
  vector none = (vector)(0.0f);
  UNROLL
  for (int i = 0; i < tile; i++) {
    ptrdiff_t place = i * outputs;
    in[i] = none;
    if (whole || i < rows) in[i] = load_some(y + place, width) > 0 ? load_some(dy + place, width) : none;
    __builtin_prefetch(y + place + 2 * tile * outputs);
    __builtin_prefetch(dy + place + 2 * tile * outputs);
  }
}

// The same from the gradient of the pooled rows, of which there are `pairs`, by the choice among each pair.
INLINE void gradient_of_pairs(
    int tile, int whole, vector in[6], const float *dy, const uint8_t *choice, ptrdiff_t pairs,
    ptrdiff_t outputs, ptrdiff_t width) {
  vector none = (vector)(0.0f);
  UNROLL
  for (int i = 0; i < tile / 2; i++) {
    ptrdiff_t place = i * outputs;
    in[2 * i] = none;
    in[2 * i + 1] = none;
    if (whole || i < pairs) {
      mask chosen = load_choice(choice + place, width);
      vector gradient = load_some(dy + place, width);
      in[2 * i] = chosen == (mask)(1) ? gradient : none;
      in[2 * i + 1] = chosen == (mask)(2) ? gradient : none;
    }
    __builtin_prefetch(choice + place + tile * outputs);
    __builtin_prefetch(dy + place + tile * outputs);
  }
}

// dm of one tile, of which there are `rows` rows; dy and choice, or dy and y, begin with its first.
INLINE void transform_gradient_tile(
    int tile, int whole, float *dm, ptrdiff_t plane, float *db, const float *dy, const uint8_t *choice,
    const float *y, ptrdiff_t rows, ptrdiff_t outputs) {
  for (ptrdiff_t c = 0; c < outputs; c += LANES) {
    ptrdiff_t width = whole ? LANES : outputs - c;
    vector in[6], out[8], sum = load_some(db + c, width);
    if (choice) {
      gradient_of_pairs(tile, whole, in, dy + c, choice + c, rows / 2, outputs, width);
    } else {
      gradient_of_rows(tile, whole, in, dy + c, y + c, rows, outputs, width);
    }
    UNROLL
    for (int i = 0; i < tile; i++) sum += in[i];
    store_some(db + c, sum, width);
    output_adjoint(tile, out, in);
    UNROLL
    for (int i = 0; i < tile + 2; i++) store_some(dm + i * plane + c, out[i], width);
  }
}

// dm (tile + 2, tiles, outputs) of one spectrum, and the sum of the gradient over its pixels added to db.
INLINE void transform_gradient(
    int tile, float *dm, ptrdiff_t plane, float *db, const float *dy, const uint8_t *choice, const float *y,
    ptrdiff_t length, ptrdiff_t outputs) {
  ptrdiff_t rows = length - 2;
  for (ptrdiff_t first = 0; first < rows; first += tile, dm += outputs) {
    const float *handed = dy + (choice ? first / 2 : first) * outputs;
    const uint8_t *chosen = choice ? choice + first / 2 * outputs : NULL;
    const float *given = choice ? NULL : y + first * outputs;
    if (first + tile <= rows && outputs % LANES == 0) {
      transform_gradient_tile(tile, 1, dm, plane, db, handed, chosen, given, tile, outputs);
    } else {
      transform_gradient_tile(tile, 0, dm, plane, db, handed, chosen, given, rows - first, outputs);
    }
  }
}
