#pragma once
// How the allocator of the C library keeps what is freed, which only glibc can be told.
#include <stdlib.h>

#ifdef __GLIBC__
#include <malloc.h>
static inline void votrawl_keep_freed(int kept, int ahead, int mapped) {
  mallopt(M_TRIM_THRESHOLD, kept);
  mallopt(M_TOP_PAD, ahead);
  mallopt(M_MMAP_THRESHOLD, mapped);
}
#else
static inline void votrawl_keep_freed(int kept, int ahead, int mapped) {
  (void)kept;
  (void)ahead;
  (void)mapped;
}
#endif
