// Convolutions, forward and backward.

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
      products_of(
          tile, products, v + top * inputs, plane, u + first * (tile + 2) * inputs, bottom - top, inputs);
      ptrdiff_t spectrum = top / tiles, place = top % tiles;
      for (ptrdiff_t t = 0; t < bottom - top; t++) {
        ptrdiff_t valid = smaller(tile, rows - tile * place);
        ptrdiff_t pairs = smaller(tile / 2, rows / 2 - tile / 2 * place);
        float *line = y ? y + (spectrum * rows + tile * place) * outputs + first : NULL;
        ptrdiff_t half_place = (spectrum * (rows / 2) + tile / 2 * place) * outputs + first;
        for (ptrdiff_t c = 0; c < width; c += LANES) {
          vector m[8], out[6];
          UNROLL
          for (int i = 0; i < tile + 2; i++) m[i] = load(products[i][t] + c);
          output_transform(tile, out, m);
          vector b = load(shift + c);
          UNROLL
          for (int i = 0; i < tile; i++) out[i] = positive(out[i] + b);
          UNROLL
          for (int i = 0; i < tile; i++) {
            if (line && i < valid) store_some(line + i * outputs + c, out[i], width - c);
          }
          UNROLL
          for (int i = 0; i < tile / 2; i++) {
            if (!pooled || i >= pairs) continue;
            ptrdiff_t target = half_place + i * outputs + c;
            mask is_second = out[2 * i] < out[2 * i + 1];
            vector larger = is_second ? out[2 * i + 1] : out[2 * i];
            store_some(pooled + target, larger, width - c);
            if (choice) store_choice(choice + target, larger > 0 ? 1 - is_second : (mask)(0), width - c);
          }
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

// MARK: Backward

// `convolve_adjoint` for as many spectra as fit the room.
INLINE void adjoint_group(
    int tile, float *dx, float *du, int is_first, float *db, float *room, const float *dy,
    const uint8_t *choice, const float *y, const float *x, const float *ut, ptrdiff_t spectra,
    ptrdiff_t length, ptrdiff_t inputs, ptrdiff_t outputs) {
  ptrdiff_t tiles = cconvolution_tiles(length), total = spectra * tiles, rows = length - 2;
  ptrdiff_t handed = choice ? rows / 2 : rows;
  // The input is transformed again: that costs less than to keep it and fetch it from memory.
  float *v = room, *dm = room + (tile + 2) * total * inputs;
  for (ptrdiff_t s = 0; s < spectra; s++) {
    transform_input(tile, v + s * tiles * inputs, total * inputs, x + s * length * inputs, length, inputs);
    transform_gradient(
        tile, dm + s * tiles * outputs, total * outputs, db, dy + s * handed * outputs,
        choice ? choice + s * handed * outputs : NULL, choice ? NULL : y + s * rows * outputs, length,
        outputs);
  }
  for (int i = 0; i < tile + 2; i++) {
    multiply(
        inputs, outputs, total, v + i * total * inputs, 1, inputs, dm + i * total * outputs, outputs,
        du + i * inputs * outputs, outputs, !is_first);
  }
  ptrdiff_t count = (total + ROWS - 1) / ROWS;
  for (ptrdiff_t first = 0; first < inputs; first += PANEL) {
    ptrdiff_t width = smaller(PANEL, inputs - first);
    for (ptrdiff_t index = 0; index < count; index++) {
      ptrdiff_t top = cut(total, index, count), bottom = cut(total, index + 1, count);
      float products[8][ROWS][PANEL] __attribute__((aligned(64)));
      products_of(
          tile, products, dm + top * outputs, total * outputs, ut + first * (tile + 2) * outputs, bottom - top,
          outputs);
      ptrdiff_t spectrum = top / tiles, place = top % tiles;
      for (ptrdiff_t t = 0; t < bottom - top; t++) {
        float *line = dx + (spectrum * length + tile * place) * inputs + first;
        ptrdiff_t valid = smaller(tile + 2, length - tile * place);
        for (ptrdiff_t half = 0; half < width; half += LANES) {
          vector m[8], sum[8];
          UNROLL
          for (int i = 0; i < tile + 2; i++) m[i] = load(products[i][t] + half);
          input_adjoint(tile, sum, m);
          UNROLL
          for (int i = 0; i < tile + 2; i++) {
            if (i >= valid) continue;
            float *target = line + i * inputs + half;
            // The first two pixels are the last of the tile before.
            if (i < 2 && place > 0) sum[i] += load_some(target, width - half);
            store_some(target, sum[i], width - half);
          }
        }
        if (++place == tiles) place = 0, spectrum++;
      }
    }
  }
}

#define ADJOINT(T)                                                                                      \
  static void adjoint_##T(                                                                              \
      float *dx, float *du, int is_first, float *db, float *room, const float *dy, const uint8_t *choice, \
      const float *y, const float *x, const float *ut, ptrdiff_t spectra, ptrdiff_t length,             \
      ptrdiff_t inputs, ptrdiff_t outputs) {                                                            \
    adjoint_group(                                                                                      \
        T, dx, du, is_first, db, room, dy, choice, y, x, ut, spectra, length, inputs, outputs);         \
  }
ADJOINT(4) ADJOINT(6)

static void convolve_adjoint(
    float *dx, float *du, int is_first, float *db, float *room, const float *dy, const uint8_t *choice,
    const float *y, const float *x, const float *ut, ptrdiff_t spectra, ptrdiff_t length, ptrdiff_t inputs,
    ptrdiff_t outputs) {
  ptrdiff_t group = cconvolution_group(length), rows = length - 2, handed = choice ? rows / 2 : rows;
  for (ptrdiff_t s = 0; s < spectra; s += group) {
    (cconvolution_tile(length) == 4 ? adjoint_4 : adjoint_6)(
        dx + s * length * inputs, du, is_first && s == 0, db, room, dy + s * handed * outputs,
        choice ? choice + s * handed * outputs : NULL, choice ? NULL : y + s * rows * outputs,
        x + s * length * inputs, ut, smaller(group, spectra - s), length, inputs, outputs);
  }
}
