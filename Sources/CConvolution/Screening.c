// The network in 8-bit integers by the processor's dot products of four (VNNI): products are exact, only
// weights and activations are rounded.

#include "CConvolution.h"

#if defined(__x86_64__)
#include <immintrin.h>

#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512vnni,fma"))), apply_to = function)

#define INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("clang loop unroll(full)")
enum { panel = 32, pairs_at_once = 7 };

// Sixteen sums turned into 8-bit activations: max(0, sum·scale + bias), rounded, at most 255.
INLINE __m128i rounded(__m512 value) {
  return _mm512_cvtusepi32_epi8(_mm512_cvtps_epi32(_mm512_max_ps(_mm512_setzero_ps(), value)));
}

// 2·pairs rows, `stride` bytes apart, by one panel of w (quads, panel, 4). The rows of y are `outputs` apart;
// if `pooled`, only the larger of each pair is written.
INLINE void block(
    int pairs, const uint8_t *x, ptrdiff_t stride, ptrdiff_t quads, const int8_t *w, const float *scale,
    const float *bias, uint8_t *y, ptrdiff_t outputs, int pooled) {
  __m512i sum[2 * pairs_at_once][2];
  UNROLL
  for (int i = 0; i < 2 * pairs; i++) sum[i][0] = sum[i][1] = _mm512_setzero_si512();
  for (ptrdiff_t quad = 0; quad < quads; quad++, w += 4 * panel) {
    __m512i w0 = _mm512_loadu_si512(w), w1 = _mm512_loadu_si512(w + 64);
    UNROLL
    for (int i = 0; i < 2 * pairs; i++) {
      int32_t four;
      __builtin_memcpy(&four, x + i * stride + 4 * quad, 4);
      __m512i a = _mm512_set1_epi32(four);
      sum[i][0] = _mm512_dpbusd_epi32(sum[i][0], a, w0);
      sum[i][1] = _mm512_dpbusd_epi32(sum[i][1], a, w1);
    }
  }
  UNROLL
  for (int half = 0; half < 2; half++) {
    __m512 s = _mm512_loadu_ps(scale + 16 * half), b = _mm512_loadu_ps(bias + 16 * half);
    UNROLL
    for (int i = 0; i < pairs; i++) {
      __m128i one = rounded(_mm512_fmadd_ps(_mm512_cvtepi32_ps(sum[2 * i][half]), s, b));
      __m128i two = rounded(_mm512_fmadd_ps(_mm512_cvtepi32_ps(sum[2 * i + 1][half]), s, b));
      uint8_t *target = y + (pooled ? i : 2 * i) * outputs + 16 * half;
      if (pooled) {
        _mm_storeu_si128((__m128i *)target, _mm_max_epu8(one, two));
      } else {
        _mm_storeu_si128((__m128i *)target, one);
        _mm_storeu_si128((__m128i *)(target + outputs), two);
      }
    }
  }
}

typedef void block_function(
    const uint8_t *x, ptrdiff_t stride, ptrdiff_t quads, const int8_t *w, const float *scale,
    const float *bias, uint8_t *y, ptrdiff_t outputs, int pooled);
#define BLOCK(P)                                                                                \
  static void block_##P(                                                                        \
      const uint8_t *x, ptrdiff_t stride, ptrdiff_t quads, const int8_t *w, const float *scale, \
      const float *bias, uint8_t *y, ptrdiff_t outputs, int pooled) {                           \
    block(P, x, stride, quads, w, scale, bias, y, outputs, pooled);                             \
  }
BLOCK(1)
BLOCK(2) BLOCK(3) BLOCK(4) BLOCK(5) BLOCK(6) BLOCK(7) static block_function *const blocks[pairs_at_once] = {
    block_1, block_2, block_3, block_4, block_5, block_6, block_7};

// `groups` times `pairs` pairs of rows; groups are `x_group` bytes of x and `y_group` of y apart.
INLINE void multiply(
    uint8_t *y, ptrdiff_t y_group, const uint8_t *x, ptrdiff_t x_group, ptrdiff_t stride, const int8_t *w,
    const float *scale, const float *bias, ptrdiff_t groups, ptrdiff_t pairs, ptrdiff_t depth,
    ptrdiff_t outputs, int pooled) {
  ptrdiff_t count = (pairs + pairs_at_once - 1) / pairs_at_once;
  for (ptrdiff_t first = 0; first < outputs; first += panel) {
    for (ptrdiff_t group = 0; group < groups; group++) {
      for (ptrdiff_t index = 0; index < count; index++) {
        ptrdiff_t top = pairs * index / count, bottom = pairs * (index + 1) / count;
        blocks[bottom - top - 1](
            x + group * x_group + 2 * top * stride, stride, depth / 4, w + first * depth, scale + first,
            bias + first, y + group * y_group + (pooled ? top : 2 * top) * outputs + first, outputs, pooled);
      }
    }
  }
}

static void first(
    uint8_t *y, const float *x, const float *w, const float *bias, ptrdiff_t spectra, ptrdiff_t length,
    ptrdiff_t outputs) {
  for (ptrdiff_t s = 0; s < spectra; s++, x += length) {
    for (ptrdiff_t l = 0; l < length - 2; l++, y += outputs) {
      for (ptrdiff_t c = 0; c < outputs; c += 16) {
        __m512 sum = _mm512_loadu_ps(bias + c);
        for (ptrdiff_t j = 0; j < 3; j++) {
          sum = _mm512_fmadd_ps(_mm512_set1_ps(x[l + j]), _mm512_loadu_ps(w + j * outputs + c), sum);
        }
        _mm_storeu_si128((__m128i *)(y + c), rounded(sum));
      }
    }
  }
}

static void convolve(
    uint8_t *y, const uint8_t *x, const int8_t *w, const float *scale, const float *bias, ptrdiff_t spectra,
    ptrdiff_t length, ptrdiff_t inputs, ptrdiff_t outputs, int pooled) {
  ptrdiff_t rows = length - 2;
  multiply(
      y, (pooled ? rows / 2 : rows) * outputs, x, length * inputs, inputs, w, scale, bias, spectra, rows / 2,
      3 * inputs, outputs, pooled);
}

static void dense(
    uint8_t *y, const uint8_t *x, const int8_t *w, const float *scale, const float *bias, ptrdiff_t rows,
    ptrdiff_t inputs, ptrdiff_t outputs) {
  multiply(y, 0, x, 0, inputs, w, scale, bias, 1, rows / 2, inputs, outputs, 0);
}

#pragma clang attribute pop

static const cconvolution_screening table = {first, convolve, dense};

const cconvolution_screening *cconvolution_screening_get(void) {
  return cconvolution_best() >= cconvolution_avx512 && __builtin_cpu_supports("avx512vnni") ? &table : NULL;
}
#else
const cconvolution_screening *cconvolution_screening_get(void) { return NULL; }
#endif
