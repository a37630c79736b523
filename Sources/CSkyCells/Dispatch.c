// Chooses the kernel by what the processor and the operating system can do.

#include "SkyCells.h"

typedef int kernel(const double *, const double *, uint64_t *, size_t);
kernel sky_cells_kernel_portable, sky_cells_kernel_avx2, sky_cells_kernel_avx512;

int sky_cells_best(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512vl")) {
    return sky_cells_avx512;
  }
  if (__builtin_cpu_supports("avx2")) return sky_cells_avx2;
#endif
  return sky_cells_portable;
}

int sky_cells(int instruction_set, const double *ra, const double *dec, uint64_t *cells, size_t count) {
  switch (instruction_set) {
#if defined(__x86_64__)
    case sky_cells_avx512: return sky_cells_kernel_avx512(ra, dec, cells, count);
    case sky_cells_avx2: return sky_cells_kernel_avx2(ra, dec, cells, count);
#endif
    default: return sky_cells_kernel_portable(ra, dec, cells, count);
  }
}
