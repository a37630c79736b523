// Convolutions, forward.

#include "Product.h"
#include "Winograd.h"

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
    float *dw, float *db, const float *dy, const float *y, const float *x, ptrdiff_t spectra,
    ptrdiff_t length, ptrdiff_t outputs) {
  ptrdiff_t c = 0;
  for (; c + LANES <= outputs; c += LANES) {
    vector sum = load(db + c), w0 = load(dw + c), w1 = load(dw + outputs + c),
           w2 = load(dw + 2 * outputs + c);
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

// MARK: The further layers, forward

// The products of up to ROWS tiles and one panel: products (tile + 2, ROWS, PANEL).
INLINE void products_of(
    int tile, float products[8][ROWS][PANEL], const float *v, ptrdiff_t plane, const float *u, ptrdiff_t tiles,
    ptrdiff_t depth) {
  for (int x = 0; x < tile + 2; x++) {
    along[tiles - 1](depth, v + x * plane, depth, u + x * depth * PANEL, PANEL, products[x][0], PANEL, 0);
  }
}

// Asks for a panel's width of some rows, to be written.
INLINE void fetch_rows(float *target, ptrdiff_t outputs, int rows) {
  for (int i = 0; i < rows; i++) {
    for (int c = 0; c < PANEL; c += 16) __builtin_prefetch(target + i * outputs + c, 1);
  }
}

// The `rows` outputs of one tile for one panel, `width` channels of it, from its products (tile + 2, ROWS,
// PANEL).
INLINE void finish_tile(
    int tile, int whole, float *line, float *pooled, uint8_t *choice, const float *products, const float *shift,
    ptrdiff_t rows, ptrdiff_t outputs, ptrdiff_t width) {
  for (ptrdiff_t c = 0; c < width; c += LANES) {
    ptrdiff_t lanes = whole ? LANES : width - c;
    vector m[8], out[6], b = load(shift + c);
    UNROLL
    for (int i = 0; i < tile + 2; i++) m[i] = load(products + i * ROWS * PANEL + c);
    output_transform(tile, out, m);
    UNROLL
    for (int i = 0; i < tile; i++) out[i] = positive(out[i] + b);
    if (line) {
      UNROLL
      for (int i = 0; i < tile; i++) {
        if (whole || i < rows) store_some(line + i * outputs + c, out[i], lanes);
      }
    }
    if (!pooled) continue;
    UNROLL
    for (int i = 0; i < tile / 2; i++) {
      if (!whole && i >= rows / 2) continue;
      mask is_second = out[2 * i] < out[2 * i + 1];
      vector larger = is_second ? out[2 * i + 1] : out[2 * i];
      store_some(pooled + i * outputs + c, larger, lanes);
      if (choice) store_choice(choice + i * outputs + c, larger > 0 ? 1 - is_second : (mask)(0), lanes);
    }
  }
}

// `convolve` for as many spectra as fit the room.
INLINE void convolve_group(
    int tile, float *y, float *pooled, uint8_t *choice, float *v, const float *x, const float *u,
    const float *bias, ptrdiff_t spectra, ptrdiff_t length, ptrdiff_t inputs, ptrdiff_t outputs) {
  ptrdiff_t tiles = cconvolution_tiles(length), total = spectra * tiles, plane = total * inputs;
  ptrdiff_t rows = length - 2;
  for (ptrdiff_t s = 0; s < spectra; s++) {
    transform_input(tile, v + s * tiles * inputs, plane, x + s * length * inputs, length, inputs);
  }
  ptrdiff_t count = (total + ROWS - 1) / ROWS;
  for (ptrdiff_t first = 0; first < outputs; first += PANEL) {
    ptrdiff_t width = smaller(PANEL, outputs - first);
    float shift[PANEL] = {0};
    memcpy(shift, bias + first, width * sizeof(float));
    for (ptrdiff_t index = 0; index < count; index++) {
      ptrdiff_t top = cut(total, index, count), bottom = cut(total, index + 1, count);
      float products[8][ROWS][PANEL] __attribute__((aligned(64)));
      // Where the results go is fetched meanwhile.
      for (ptrdiff_t t = top; t < bottom; t++) {
        ptrdiff_t spectrum = t / tiles, place = t % tiles;
        if (y) fetch_rows(y + (spectrum * rows + tile * place) * outputs + first, outputs, tile);
        ptrdiff_t half = (spectrum * (rows / 2) + tile / 2 * place) * outputs + first;
        if (pooled) fetch_rows(pooled + half, outputs, tile / 2);
      }
      products_of(
          tile, products, v + top * inputs, plane, u + first * (tile + 2) * inputs, bottom - top, inputs);
      ptrdiff_t spectrum = top / tiles, place = top % tiles;
      for (ptrdiff_t t = 0; t < bottom - top; t++) {
        float *line = y ? y + (spectrum * rows + tile * place) * outputs + first : NULL;
        ptrdiff_t half = (spectrum * (rows / 2) + tile / 2 * place) * outputs + first;
        float *larger = pooled ? pooled + half : NULL;
        uint8_t *which = choice ? choice + half : NULL;
        if (width == PANEL && tile * (place + 1) <= rows) {
          finish_tile(tile, 1, line, larger, which, products[0][t], shift, tile, outputs, PANEL);
        } else {
          finish_tile(tile, 0, line, larger, which, products[0][t], shift, rows - tile * place, outputs, width);
        }
        if (++place == tiles) place = 0, spectrum++;
      }
    }
  }
}

// Once for each tile.
#define CONVOLVE(T)                                                                                     \
  static void convolve_##T(                                                                             \
      float *y, float *pooled, uint8_t *choice, float *room, const float *x, const float *u,            \
      const float *bias, ptrdiff_t spectra, ptrdiff_t length, ptrdiff_t inputs, ptrdiff_t outputs) {    \
    convolve_group(T, y, pooled, choice, room, x, u, bias, spectra, length, inputs, outputs);           \
  }
CONVOLVE(4) CONVOLVE(6)

static void convolve(
    float *y, float *pooled, uint8_t *choice, float *room, const float *x, const float *u, const float *bias,
    ptrdiff_t spectra, ptrdiff_t length, ptrdiff_t inputs, ptrdiff_t outputs) {
  ptrdiff_t group = cconvolution_group(length), rows = length - 2;
  for (ptrdiff_t s = 0; s < spectra; s += group) {
    (cconvolution_tile(length) == 4 ? convolve_4 : convolve_6)(
        y ? y + s * rows * outputs : NULL, pooled ? pooled + s * (rows / 2) * outputs : NULL,
        choice ? choice + s * (rows / 2) * outputs : NULL, room, x + s * length * inputs, u, bias,
        smaller(group, spectra - s), length, inputs, outputs);
  }
}
