// Convolutions, backward.

#include "Convolution.h"

// The gradient of the `rows` pixels one tile sees, for one panel, `width` channels of it, from its products
// (tile + 2, ROWS, PANEL). The first two pixels are the last of the tile before, which it `adds` to.
INLINE void finish_adjoint_tile(
    int tile, int whole, float *line, int adds, const float *products, ptrdiff_t rows, ptrdiff_t inputs,
    ptrdiff_t width) {
  for (ptrdiff_t c = 0; c < width; c += LANES) {
    ptrdiff_t lanes = whole ? LANES : width - c;
    vector m[8], sum[8];
    UNROLL
    for (int i = 0; i < tile + 2; i++) m[i] = load(products + i * ROWS * PANEL + c);
    input_adjoint(tile, sum, m);
    UNROLL
    for (int i = 0; i < tile + 2; i++) {
      if (!whole && i >= rows) continue;
      float *target = line + i * inputs + c;
      if (i < 2 && (whole || adds)) sum[i] += load_some(target, lanes);
      store_some(target, sum[i], lanes);
    }
  }
}

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
      for (ptrdiff_t t = top; t < bottom; t++) {
        fetch_rows(dx + (t / tiles * length + tile * (t % tiles) + 2) * inputs + first, inputs, tile);
      }
      products_of(
          tile, products, dm + top * outputs, total * outputs, ut + first * (tile + 2) * outputs, bottom - top,
          outputs);
      ptrdiff_t spectrum = top / tiles, place = top % tiles;
      for (ptrdiff_t t = 0; t < bottom - top; t++) {
        float *line = dx + (spectrum * length + tile * place) * inputs + first;
        if (width == PANEL && place > 0 && tile * (place + 1) + 2 <= length) {
          finish_adjoint_tile(tile, 1, line, 1, products[0][t], tile + 2, inputs, PANEL);
        } else {
          finish_adjoint_tile(tile, 0, line, place > 0, products[0][t], length - tile * place, inputs, width);
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
  // Groups as equal as can be: a small one would do as much about du as a large one.
  ptrdiff_t most = cconvolution_group(length), parts = (spectra + most - 1) / most;
  ptrdiff_t group = (spectra + parts - 1) / (parts > 0 ? parts : 1);
  ptrdiff_t rows = length - 2, handed = choice ? rows / 2 : rows;
  for (ptrdiff_t s = 0; s < spectra; s += group) {
    (cconvolution_tile(length) == 4 ? adjoint_4 : adjoint_6)(
        dx + s * length * inputs, du, is_first && s == 0, db, room, dy + s * handed * outputs,
        choice ? choice + s * handed * outputs : NULL, choice ? NULL : y + s * rows * outputs,
        x + s * length * inputs, ut, smaller(group, spectra - s), length, inputs, outputs);
  }
}
