// The kernel for vectors of LANES doubles, as a function called KERNEL. Both branches of the projection, the belt and
// the caps, are computed as one, and a lane takes from each what is its own.

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "SkyCells.h"

#pragma clang fp contract(off)

typedef double reals __attribute__((ext_vector_type(LANES)));
typedef uint64_t words __attribute__((ext_vector_type(LANES)));
typedef int64_t masks __attribute__((ext_vector_type(LANES)));
// Vectors that may begin at any double.
typedef reals any_reals __attribute__((aligned(8)));
typedef words any_words __attribute__((aligned(8)));

#define INLINE static inline __attribute__((always_inline))

INLINE reals only(reals a, masks where) { return (reals)((words)a & (words)where); }

INLINE reals choose(reals a, reals b, masks where) {
  return (reals)(((words)a & ~(words)where) | ((words)b & (words)where));
}

// The whole part of values of 0…2³¹: rounded to the nearest by adding 2⁵², and one less where that was up.
INLINE words whole(reals value) {
  reals shifted = value + 0x1p52;
  masks is_up = (shifted - 0x1p52) > value;
  return ((words)shifted & 0xFFFFFFFF) + (words)is_up;
}

// Sine of |x| ≤ π/4 radians: Circular.sinKernel.
INLINE reals sine_of(reals x) {
  reals z = x * x;
  reals r = 8.33333333332248946124e-03 +
            z * (-1.98412698298579493134e-04 +
                 z * (2.75573137070700676789e-06 +
                      z * (-2.50507602534068634195e-08 + z * 1.58969099521155010221e-10)));
  return x + (z * x) * (-1.66666666666666324348e-01 + z * r);
}

INLINE words exchange(words v, int distance, uint64_t mask) {
  words t = (v ^ (v >> distance)) & mask;
  return v ^ t ^ (t << distance);
}

INLINE words interleave(words x, words y) {
  words v = x | y << 32;
  v = exchange(v, 16, 0x00000000FFFF0000);
  v = exchange(v, 8, 0x0000FF000000FF00);
  v = exchange(v, 4, 0x00F000F000F000F0);
  v = exchange(v, 2, 0x0C0C0C0C0C0C0C0C);
  return exchange(v, 1, 0x2222222222222222);
}

INLINE words deepest(reals ra, reals dec) {
  const double side = 536870912.0, root_six = 2.449489742783178, radians = 0.017453292519943295;
  const uint64_t low = 0x1FFFFFFF;
  const reals one = 1;
  reals quarters = only(one, ra >= 90) + only(one, ra >= 180) + only(one, ra >= 270);
  reals within = (ra - 90 * quarters) * (1.0 / 90);
  reals height = (reals)((words)dec & (UINT64_MAX >> 1));
  masks is_polar = height > 41.810314895778596;
  words polar = (words)is_polar;
  reals sine = sine_of(choose(dec * radians, (90 - height) * (0.5 * radians), is_polar));

  reals along = side * (0.5 + within), across = (side * 0.75) * sine, reach = (side * root_six) * sine;
  reals down = along - across, up = along + across;
  reals first = within * reach, second = (1 - within) * reach;
  const reals most = 0x1FFFFFFF;
  // From here on p is y's and q x's, but for the southern cap.
  words turns = whole(quarters) << 29;
  words p = whole(choose(only(down, down >= 0), choose(first, most, first > most), is_polar)) + turns;
  words q = whole(choose(only(up, up >= 0), choose(second, most, second > most), is_polar)) + turns;

  words fp = p >> 29, fq = q >> 29;
  // Ones throughout where the one or the other is the smaller.
  words is_less = 0 - ((fp - fq) >> 63), is_more = 0 - ((fq - fp) >> 63);
  words base = fp + ((fq - fp) & is_more);
  words south = polar & (0 - ((words)dec >> 63));
  words belt = (base & 3) | ((4 & ~is_less & ~is_more) | (8 & is_more));
  // In the caps both are in the same quarter, which looks like the belt's base cell 4 + quarter.
  words face = belt ^ (polar & 4) ^ (south & 8);
  words exchanged = (p ^ q) & south;
  words x = ((q ^ exchanged) & low) ^ (polar & ~south & low);
  words y = ((p ^ exchanged) & low) ^ (~south & low);
  return face << 58 | interleave(x, y);
}

// The cells of one vector; lanes that are not ordinary are marked in `others`.
INLINE words marked(reals ra, reals dec, words *others) {
  words is_ordinary = (words)((ra >= 0) & (ra < 360) & (dec >= -90) & (dec <= 90));
  *others |= ~is_ordinary;
  return (deepest((reals)((words)ra & is_ordinary), (reals)((words)dec & is_ordinary)) & is_ordinary) |
         (SKY_CELLS_OTHER & ~is_ordinary);
}

int KERNEL(const double *ra, const double *dec, uint64_t *cells, size_t count) {
  words others = 0;
  size_t k = 0;
  for (; k + LANES <= count; k += LANES) {
    *(any_words *)(cells + k) = marked(*(const any_reals *)(ra + k), *(const any_reals *)(dec + k), &others);
  }
  if (k < count) {
    double a[LANES] = {0}, d[LANES] = {0};
    memcpy(a, ra + k, (count - k) * sizeof(double));
    memcpy(d, dec + k, (count - k) * sizeof(double));
    words last = marked(*(const any_reals *)a, *(const any_reals *)d, &others);
    memcpy(cells + k, &last, (count - k) * sizeof(uint64_t));
  }
  int is_other = 0;
  for (int lane = 0; lane < LANES; lane++) is_other |= others[lane] != 0;
  return is_other;
}
