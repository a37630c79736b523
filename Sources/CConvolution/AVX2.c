// Eight floats a vector, with fused multiply and add.

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)

#define NAME "avx2"
#define TABLE cconvolution_table_avx2
#define LANES 8
#define ROWS 6

#include "Kernels.h"

#pragma clang attribute pop
#endif
