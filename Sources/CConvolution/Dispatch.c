// Chooses the kernels by what the processor and the operating system can do.

#include "Tables.h"

int cconvolution_best(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq")) {
    return cconvolution_avx512;
  }
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return cconvolution_avx2;
#endif
  return cconvolution_portable;
}

const cconvolution_kernels *cconvolution_get(int instruction_set) {
  if (instruction_set < 0 || instruction_set > cconvolution_best()) return NULL;
  switch (instruction_set) {
#if defined(__x86_64__)
    case cconvolution_avx512: return &cconvolution_table_avx512;
    case cconvolution_avx2: return &cconvolution_table_avx2;
#endif
    default: return &cconvolution_table_portable;
  }
}
