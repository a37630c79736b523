// The kernels, written once over vectors of LANES floats and blocks of ROWS rows, and compiled once per
// instruction set. Included by one .c file per instruction set, which defines NAME, TABLE, LANES and ROWS.

#include "Adjoint.h"
#include "Sparse.h"

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

typedef uint64_t words __attribute__((ext_vector_type(LANES)));

// Makes of z, key + (index + 1)·0x9E3779B97F4A7C15, word number `index` of SplitMix64.
#define MIX(z)                                         \
  z = (z ^ (z >> 30)) * (uint64_t)0xBF58476D1CE4E5B9u; \
  z = (z ^ (z >> 27)) * (uint64_t)0x94D049BB133111EBu; \
  z = z ^ (z >> 31);

static void dropout(float *values, uint64_t key, uint64_t threshold, float scale, ptrdiff_t count) {
  const uint64_t step = 0x9E3779B97F4A7C15u;
  words next;
  for (int i = 0; i < LANES; i++) next[i] = key + (uint64_t)(i + 1) * step;
  ptrdiff_t i = 0;
  for (; i + LANES <= count; i += LANES, next += LANES * step) {
    words z = next;
    MIX(z)
    mask kept = __builtin_convertvector((z >> 32) >= threshold, mask);
    store(values + i, kept ? load(values + i) * scale : (vector)(0.0f));
  }
  for (; i < count; i++) {
    uint64_t z = key + (uint64_t)(i + 1) * step;
    MIX(z)
    values[i] = z >> 32 >= threshold ? values[i] * scale : 0;
  }
}

const cconvolution_kernels TABLE = {
    NAME,
    PANEL,
    STRIP,
    pack,
    multiply,
    sparse,
    multiply_sparse,
    first,
    first_adjoint,
    transform_weights,
    convolve,
    convolve_adjoint,
    weight_gradient,
    adam,
    dropout};
