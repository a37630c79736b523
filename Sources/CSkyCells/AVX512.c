// Eight doubles a vector, and any function of three bits in one instruction.

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx512f,avx512dq,avx512vl"))), apply_to = function)

#define LANES 8
#define KERNEL sky_cells_kernel_avx512
#include "Kernel.h"

#pragma clang attribute pop
#endif
