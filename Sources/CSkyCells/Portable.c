// Two doubles a vector: SSE2 on x86-64, NEON on AArch64, and whatever the compiler makes of it elsewhere.

#define LANES 2
#define KERNEL sky_cells_kernel_portable
#include "Kernel.h"
