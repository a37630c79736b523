// The kernels, written once over vectors of LANES floats and blocks of ROWS rows, and compiled once per
// instruction set. Included by one .c file per instruction set, which defines NAME, TABLE, LANES and ROWS.

#include "Convolution.h"

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
    NAME,
    PANEL,
    pack,
    multiply,
    first,
    first_adjoint,
    transform_weights,
    convolve,
    convolve_adjoint,
    weight_gradient,
    adam};
