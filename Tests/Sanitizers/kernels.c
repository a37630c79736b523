// Every kernel of every instruction set on odd shapes, under the address and undefined-behaviour sanitizers: rooms are
// exactly as large as the header says, and results are compared with sums in double precision.
//
//     run kernels        (see there)
//
// Prints the largest error of each kernel, as a share of the root mean square of its result; fails beyond 3e-5.

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "CConvolution.h"

static uint64_t state = 1;

static float drawn(void) {
  state = state * 6364136223846793005u + 1442695040888963407u;
  return (float)(state >> 40) * 0x1p-23f - 1;
}

// `count` numbers in a room of their own; the sanitizer watches its ends.
static float *numbers(ptrdiff_t count) {
  float *room = malloc((size_t)(count > 0 ? count : 1) * sizeof(float));
  if (!room) abort();
  for (ptrdiff_t i = 0; i < count; i++) room[i] = drawn();
  return room;
}

static double *zeros(ptrdiff_t count) {
  double *room = calloc((size_t)(count > 0 ? count : 1), sizeof(double));
  if (!room) abort();
  return room;
}

static int failures = 0;

static void compare(const char *set, const char *what, const float *found, const double *expected, ptrdiff_t count) {
  double size = 0, worst = 0;
  for (ptrdiff_t i = 0; i < count; i++) size += expected[i] * expected[i];
  size = sqrt(size / (double)(count > 0 ? count : 1)) + 1e-30;
  for (ptrdiff_t i = 0; i < count; i++) {
    double error = fabs((double)found[i] - expected[i]) / size;
    if (!(error <= worst)) worst = error;
  }
  if (worst < 3e-5) return;
  printf("%s: %s is off by %.1e\n", set, what, worst);
  failures++;
}

static ptrdiff_t whole(const cconvolution_kernels *k, ptrdiff_t columns) {
  return (columns + k->panel - 1) / k->panel * k->panel;
}

static void products(const cconvolution_kernels *k, ptrdiff_t m, ptrdiff_t n, ptrdiff_t depth) {
  for (int mode = 0; mode < 8; mode++) {
    int turned = mode & 1, packs = mode & 2, adds = mode & 4;
    ptrdiff_t row = turned ? 1 : depth, column = turned ? m : 1;
    float *a = numbers(m * depth), *b = numbers(depth * n), *c = numbers(m * n);
    float *packed = numbers(depth * whole(k, n));
    k->pack(packed, b, n, 1, depth, n);
    double *expected = zeros(m * n);
    for (ptrdiff_t i = 0; i < m; i++) {
      for (ptrdiff_t j = 0; j < n; j++) {
        double sum = adds ? c[i * n + j] : 0;
        for (ptrdiff_t l = 0; l < depth; l++) sum += (double)a[i * row + l * column] * b[l * n + j];
        expected[i * n + j] = sum;
      }
    }
    k->multiply(m, n, depth, a, row, column, packs ? packed : b, packs ? 0 : n, c, n, adds != 0);
    compare(k->name, "multiply", c, expected, m * n);
    free(a), free(b), free(c), free(packed), free(expected);
  }
}

// A strip of a product with a sparse matrix, its factors and its result lying either way.
static void sparse_products(const cconvolution_kernels *k, ptrdiff_t m, ptrdiff_t n, ptrdiff_t depth) {
  ptrdiff_t reach = cconvolution_reach(), blocks = (depth + reach - 1) / reach;
  for (int mode = 0; mode < 9; mode++) {
    int a_turned = mode & 1, b_turned = mode & 2, c_turned = mode & 4, adds = mode == 8;
    ptrdiff_t arow = a_turned ? 1 : depth, acolumn = a_turned ? m : 1;
    ptrdiff_t brow = b_turned ? 1 : n, bcolumn = b_turned ? depth : 1;
    ptrdiff_t crow = c_turned ? 1 : n, ccolumn = c_turned ? m : 1;
    float *a = numbers(m * depth), *b = numbers(depth * n), *c = numbers(m * n);
    float *room = numbers((m + reach) * k->strip);
    cconvolution_term *terms = malloc((size_t)(m * depth + 1) * sizeof *terms);
    uint32_t *starts = malloc((size_t)(m * blocks + 1) * sizeof *starts);
    double *expected = zeros(m * n);
    if (!terms || !starts) abort();
    for (ptrdiff_t i = 0; i < m * depth; i++) a[i] = drawn() < 0.5f ? 0 : a[i];
    for (ptrdiff_t i = 0; i < m; i++) {
      for (ptrdiff_t j = 0; j < n; j++) {
        double sum = adds ? c[i * crow + j * ccolumn] : 0;
        for (ptrdiff_t l = 0; l < depth; l++) {
          sum += (double)a[i * arow + l * acolumn] * b[l * brow + j * bcolumn];
        }
        expected[i * crow + j * ccolumn] = sum;
      }
    }
    k->sparse(terms, starts, a, arow, acolumn, m, depth);
    k->multiply_sparse(c, crow, ccolumn, room, terms, starts, b, brow, bcolumn, m, n, depth, adds);
    compare(k->name, "multiply_sparse", c, expected, m * n);
    free(a), free(b), free(c), free(room), free(terms), free(starts), free(expected);
  }
}

static void first_layer(const cconvolution_kernels *k, ptrdiff_t spectra, ptrdiff_t length, ptrdiff_t outputs) {
  ptrdiff_t rows = length - 2, count = spectra * rows * outputs;
  float *x = numbers(spectra * length), *w = numbers(3 * outputs), *bias = numbers(outputs), *y = numbers(count);
  float *dy = numbers(count), *dw = numbers(3 * outputs), *db = numbers(outputs);
  double *expected = zeros(count), *dw_expected = zeros(3 * outputs), *db_expected = zeros(outputs);
  for (ptrdiff_t i = 0; i < 3 * outputs; i++) dw_expected[i] = dw[i];
  for (ptrdiff_t i = 0; i < outputs; i++) db_expected[i] = db[i];
  for (ptrdiff_t i = 0; i < count; i++) {
    ptrdiff_t c = i % outputs, l = i / outputs % rows, s = i / outputs / rows;
    double sum = bias[c];
    for (ptrdiff_t j = 0; j < 3; j++) sum += (double)x[s * length + l + j] * w[j * outputs + c];
    expected[i] = sum > 0 ? sum : 0;
  }
  k->first(y, x, w, bias, spectra, length, outputs);
  compare(k->name, "first", y, expected, count);
  for (ptrdiff_t i = 0; i < count; i++) {
    ptrdiff_t c = i % outputs, l = i / outputs % rows, s = i / outputs / rows;
    double gradient = y[i] > 0 ? dy[i] : 0;
    db_expected[c] += gradient;
    for (ptrdiff_t j = 0; j < 3; j++) dw_expected[j * outputs + c] += gradient * x[s * length + l + j];
  }
  k->first_adjoint(dw, db, dy, y, x, spectra, length, outputs);
  compare(k->name, "first_adjoint, weights", dw, dw_expected, 3 * outputs);
  compare(k->name, "first_adjoint, bias", db, db_expected, outputs);
  free(x), free(w), free(bias), free(y), free(dy), free(dw), free(db);
  free(expected), free(dw_expected), free(db_expected);
}

static void convolution(
    const cconvolution_kernels *k, ptrdiff_t spectra, ptrdiff_t length, ptrdiff_t inputs, ptrdiff_t outputs,
    int pools) {
  ptrdiff_t rows = length - 2, pairs = rows / 2, count = spectra * rows * outputs;
  ptrdiff_t weights = 3 * inputs * outputs, handed = spectra * pairs * outputs;
  float *x = numbers(spectra * length * inputs), *w = numbers(weights), *bias = numbers(outputs);
  float *u = numbers(cconvolution_points(length) * inputs * whole(k, outputs));
  float *ut = numbers(cconvolution_points(length) * outputs * whole(k, inputs));
  float *room = numbers(cconvolution_room(spectra, length, inputs, outputs));
  float *y = numbers(count), *pooled = numbers(handed);
  uint8_t *choice = malloc((size_t)(handed > 0 ? handed : 1));
  if (!choice) abort();
  k->transform_weights(u, ut, w, length, inputs, outputs);
  k->convolve(y, pooled, choice, room, x, u, bias, spectra, length, inputs, outputs);
  double *expected = zeros(count);
  for (ptrdiff_t i = 0; i < count; i++) {
    ptrdiff_t c = i % outputs, l = i / outputs % rows, s = i / outputs / rows;
    double sum = bias[c];
    for (ptrdiff_t j = 0; j < 3 * inputs; j++) {
      sum += (double)x[(s * length + l) * inputs + j] * w[j * outputs + c];
    }
    expected[i] = sum > 0 ? sum : 0;
  }
  compare(k->name, "convolve", y, expected, count);

  // Backward, from the choices just made.
  float *dy = numbers(pools ? handed : count), *dx = numbers(spectra * length * inputs);
  float *du = numbers(cconvolution_points(length) * inputs * outputs), *db = numbers(outputs), *dw = numbers(weights);
  double *dx_expected = zeros(spectra * length * inputs), *dw_expected = zeros(weights), *db_expected = zeros(outputs);
  for (ptrdiff_t i = 0; i < outputs; i++) db_expected[i] = db[i];
  for (ptrdiff_t i = 0; i < count; i++) {
    ptrdiff_t c = i % outputs, l = i / outputs % rows, s = i / outputs / rows;
    double gradient = 0;
    if (!pools) {
      gradient = y[i] > 0 ? dy[i] : 0;
    } else if (l / 2 < pairs) {
      ptrdiff_t place = (s * pairs + l / 2) * outputs + c;
      gradient = choice[place] == 1 + (l & 1) ? dy[place] : 0;
    }
    db_expected[c] += gradient;
    for (ptrdiff_t j = 0; gradient != 0 && j < 3 * inputs; j++) {
      ptrdiff_t place = (s * length + l) * inputs + j;
      dx_expected[place] += gradient * w[j * outputs + c];
      dw_expected[j * outputs + c] += gradient * x[place];
    }
  }
  k->convolve_adjoint(
      dx, du, 1, db, room, dy, pools ? choice : NULL, pools ? NULL : y, x, ut, spectra, length, inputs, outputs);
  const float *parts[] = {du};
  k->weight_gradient(dw, parts, 1, length, inputs * outputs);
  compare(k->name, "convolve_adjoint, input", dx, dx_expected, spectra * length * inputs);
  compare(k->name, "convolve_adjoint, weights", dw, dw_expected, weights);
  compare(k->name, "convolve_adjoint, bias", db, db_expected, outputs);
  free(x), free(w), free(bias), free(u), free(ut), free(room), free(y), free(pooled), free(choice), free(expected);
  free(dy), free(dx), free(du), free(db), free(dw), free(dx_expected), free(dw_expected), free(db_expected);
}

static void adam(const cconvolution_kernels *k, ptrdiff_t count) {
  float *p = numbers(count), *m = numbers(count), *v = numbers(count), *g = numbers(count);
  double *expected = zeros(count);
  for (ptrdiff_t i = 0; i < count; i++) {
    v[i] = fabsf(v[i]);
    double mean = m[i] + 0.1 * (g[i] - (double)m[i]), square = v[i] + 0.001 * ((double)g[i] * g[i] - v[i]);
    expected[i] = p[i] - 0.01 * mean / (sqrt(square) + 1e-7);
  }
  k->adam(p, m, v, g, count, 0.01f, 0.1f, 0.001f, 1e-7f);
  compare(k->name, "adam", p, expected, count);
  free(p), free(m), free(v), free(g), free(expected);
}

// The 8-bit kernels against the same sums in integers: equal.
static void screening(const cconvolution_screening *k) {
  for (int pools = 0; pools < 2; pools++) {
    for (ptrdiff_t length = 4; length <= 36; length += 2) {
      ptrdiff_t spectra = 1 + length % 3, inputs = 32, outputs = 64, rows = length - 2, handed = pools ? rows / 2 : rows;
      uint8_t *x = malloc((size_t)(spectra * length * inputs)), *y = malloc((size_t)(spectra * handed * outputs));
      int8_t *w = malloc((size_t)(3 * inputs * outputs));
      float *scale = numbers(outputs), *bias = numbers(outputs);
      if (!x || !y || !w) abort();
      for (ptrdiff_t i = 0; i < spectra * length * inputs; i++) x[i] = (uint8_t)(127 + 128 * drawn());
      for (ptrdiff_t i = 0; i < 3 * inputs * outputs; i++) w[i] = (int8_t)(127 * drawn());
      for (ptrdiff_t i = 0; i < outputs; i++) scale[i] = 0.002f * fabsf(scale[i]), bias[i] *= 100;
      k->convolve(y, x, w, scale, bias, spectra, length, inputs, outputs, pools);
      ptrdiff_t wrong = 0;
      for (ptrdiff_t i = 0; i < spectra * handed * outputs; i++) {
        ptrdiff_t c = i % outputs, l = i / outputs % handed, s = i / outputs / handed;
        float largest = 0;
        for (ptrdiff_t half = 0; half <= pools; half++) {
          int sum = 0;
          for (ptrdiff_t j = 0; j < 3 * inputs; j++) {
            sum += x[(s * length + (pools ? 2 * l + half : l)) * inputs + j]
                * w[((c / 32 * (3 * inputs / 4) + j / 4) * 32 + c % 32) * 4 + j % 4];
          }
          float value = nearbyintf(fmaf((float)sum, scale[c], bias[c]));
          largest = value > largest ? value : largest;
        }
        wrong += y[i] != (uint8_t)(largest > 255 ? 255 : largest);
      }
      if (wrong > 0) printf("screening: %td of length %td differ\n", wrong, length), failures++;
      free(x), free(y), free(w), free(scale), free(bias);
    }
  }
}

int main(void) {
  for (int set = 0; set <= cconvolution_best(); set++) {
    const cconvolution_kernels *k = cconvolution_get(set);
    if (!k) continue;
    for (ptrdiff_t m = 1; m <= 30; m += 3) products(k, m, 1 + m * 5 % 37, 1 + m * 11 % 71);
    products(k, 29, 545, 40), products(k, 15, 70, 1100), products(k, 40, 1024, 21), products(k, 0, 5, 5);
    for (ptrdiff_t m = 1; m <= 30; m += 3) sparse_products(k, m, 1 + m * 5 % k->strip, 1 + m * 23 % 171);
    sparse_products(k, 64, k->strip, 128), sparse_products(k, 3, k->strip, 257), sparse_products(k, 70, 3, 512);
    for (ptrdiff_t outputs = 1; outputs <= 67; outputs += 6) first_layer(k, 3, 3 + outputs % 9, outputs);
    for (ptrdiff_t length = 3; length <= 40; length++) {
      for (int pools = 0; pools < 2; pools++) {
        convolution(k, 1 + length % 5, length, 1 + length * 7 % 41, 1 + length * 5 % 70, pools);
      }
    }
    for (int pools = 0; pools < 2; pools++) {
      convolution(k, 9, 66, 64, 32, pools), convolution(k, 2, 138, 64, 64, pools), convolution(k, 20, 32, 33, 64, pools);
    }
    for (ptrdiff_t count = 1; count <= 70; count += 3) adam(k, count);
    printf("%s: done\n", k->name);
  }
  const cconvolution_screening *integers = cconvolution_screening_get();
  if (integers) screening(integers), printf("integers: done\n");
  return failures > 0;
}
