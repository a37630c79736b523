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

// The products of up to ROWS tiles and one panel: products (6, ROWS, PANEL).
INLINE void products_of(
    float products[6][ROWS][PANEL], const float *v, ptrdiff_t plane, const float *u, ptrdiff_t tiles,
    ptrdiff_t depth) {
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
          UNROLL
          for (int i = 0; i < 6; i++) m[i] = load(products[i][t] + c);
          output_vector(out, m);
          vector b = load(shift + c);
          UNROLL
          for (int i = 0; i < 4; i++) out[i] = positive(out[i] + b);
          UNROLL
          for (int i = 0; i < 4; i++) {
            if (line && i < valid) store_some(line + i * outputs + c, out[i], width - c);
          }
          UNROLL
          for (int i = 0; i < 2; i++) {
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
        choice ? choice + s * (rows / 2) * outputs : NULL, room, x + s * length * inputs, u, bias,
        smaller(group, spectra - s), length, inputs, outputs);
  }
}

// MARK: Backward

// The gradient before ReLU of row `row` of y (rows, outputs), from that of y or, by the choice, of the pooled
// rows.
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
    float *dm, ptrdiff_t plane, float *db, const float *dy, const uint8_t *choice, const float *y,
    ptrdiff_t length, ptrdiff_t outputs) {
  ptrdiff_t rows = length - 2;
  for (ptrdiff_t tile = 0; tile < tiles_of(length); tile++, dm += outputs) {
    ptrdiff_t valid = smaller(4, rows - 4 * tile), c = 0;
    for (; c + LANES <= outputs; c += LANES) {
      vector in[4], out[6], sum = load(db + c);
      UNROLL
      for (int i = 0; i < 4; i++) {
        in[i] = i < valid ? gradient_vector(dy, choice, y, 4 * tile + i, rows, outputs, c) : (vector)(0.0f);
        sum += in[i];
      }
      store(db + c, sum);
      output_adjoint_vector(out, in);
      UNROLL
      for (int i = 0; i < 6; i++) store(dm + i * plane + c, out[i]);
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
    float *dx, float *du, int is_first, float *db, float *room, const float *dy, const uint8_t *choice,
    const float *y, const float *x, const float *ut, ptrdiff_t spectra, ptrdiff_t length, ptrdiff_t inputs,
    ptrdiff_t outputs) {
  ptrdiff_t tiles = tiles_of(length), total = spectra * tiles, rows = length - 2;
  ptrdiff_t handed = choice ? rows / 2 : rows;
  // The input is transformed again: that costs less than to keep it and fetch it from memory.
  float *v = room, *dm = room + 6 * total * inputs;
  for (ptrdiff_t s = 0; s < spectra; s++) {
    transform_input(v + s * tiles * inputs, total * inputs, x + s * length * inputs, length, inputs);
    transform_gradient(
        dm + s * tiles * outputs, total * outputs, db, dy + s * handed * outputs,
        choice ? choice + s * handed * outputs : NULL, choice ? NULL : y + s * rows * outputs, length,
        outputs);
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
          UNROLL
          for (int i = 0; i < 6; i++) m[i] = load(products[i][t] + half);
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
    float *dx, float *du, int is_first, float *db, float *room, const float *dy, const uint8_t *choice,
    const float *y, const float *x, const float *ut, ptrdiff_t spectra, ptrdiff_t length, ptrdiff_t inputs,
    ptrdiff_t outputs) {
  ptrdiff_t group = cconvolution_group(length), rows = length - 2, handed = choice ? rows / 2 : rows;
  for (ptrdiff_t s = 0; s < spectra; s += group) {
    adjoint_group(
        dx + s * length * inputs, du, is_first && s == 0, db, room, dy + s * handed * outputs,
        choice ? choice + s * handed * outputs : NULL, choice ? NULL : y + s * rows * outputs,
        x + s * length * inputs, ut, smaller(group, spectra - s), length, inputs, outputs);
  }
}
