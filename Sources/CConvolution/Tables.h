#pragma once

#include "CConvolution.h"

extern const cconvolution_kernels cconvolution_table_portable;
#if defined(__x86_64__)
extern const cconvolution_kernels cconvolution_table_avx2;
extern const cconvolution_kernels cconvolution_table_avx512;
#endif
