// Vectors of LANES floats: the compiler's own (GCC's vector extension), so that no intrinsics are needed.

#pragma once

#include <string.h>

#include "Tables.h"

typedef float vector __attribute__((ext_vector_type(LANES), aligned(4)));
typedef int32_t mask __attribute__((ext_vector_type(LANES)));
typedef uint8_t bytes __attribute__((ext_vector_type(LANES), aligned(1)));

#define PANEL (2 * LANES)
// Inner length of a product's block: a panel of that many rows stays in the second-level cache.
#define DEPTH 512
#define INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("clang loop unroll(full)")

INLINE ptrdiff_t smaller(ptrdiff_t a, ptrdiff_t b) { return a < b ? a : b; }
INLINE ptrdiff_t panels(ptrdiff_t columns) { return (columns + PANEL - 1) / PANEL; }
INLINE vector load(const float *p) { return *(const vector *)p; }
INLINE void store(float *p, vector v) { *(vector *)p = v; }
// The first `count` lanes, zeros for the others; all if there are no fewer.
INLINE vector load_some(const float *p, ptrdiff_t count) {
  if (count >= LANES) return load(p);
  vector v = (vector)(0.0f);
  for (ptrdiff_t i = 0; i < count; i++) v[i] = p[i];
  return v;
}
// The first `count` lanes; all if there are no fewer.
INLINE void store_some(float *p, vector v, ptrdiff_t count) {
  if (count >= LANES) {
    store(p, v);
  } else {
    for (ptrdiff_t i = 0; i < count; i++) p[i] = v[i];
  }
}

INLINE mask load_choice(const uint8_t *p, ptrdiff_t count) {
  if (count >= LANES) return __builtin_convertvector(*(const bytes *)p, mask);
  bytes b = (bytes)(0);
  for (ptrdiff_t i = 0; i < count; i++) b[i] = p[i];
  return __builtin_convertvector(b, mask);
}

// max(0, v); a NaN stays one, so that a broken spectrum cannot look like a sound one.
INLINE vector positive(vector v) { return v < 0 ? (vector)(0.0f) : v; }

INLINE void store_choice(uint8_t *p, mask v, ptrdiff_t count) {
  bytes b = __builtin_convertvector(v, bytes);
  if (count >= LANES) {
    *(bytes *)p = b;
  } else {
    for (ptrdiff_t i = 0; i < count; i++) p[i] = b[i];
  }
}
