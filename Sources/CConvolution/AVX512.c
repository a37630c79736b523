// Sixteen floats a vector, 32 registers.

#if defined(__x86_64__)
#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,fma"))), apply_to = function)

#define NAME "avx512"
#define TABLE cconvolution_table_avx512
#define LANES 16
#define ROWS 14

#include "Kernels.h"

#pragma clang attribute pop
#endif
