// Four floats a vector: SSE2 on x86-64, NEON on AArch64, and whatever the compiler makes of it elsewhere.

#define NAME "portable"
#define TABLE cconvolution_table_portable
#define LANES 4
#define ROWS 6

#include "Kernels.h"
