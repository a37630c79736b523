#pragma once
// Linux writes a whole file system to the disk in one call, which its headers show to GNU sources only.
#include <unistd.h>

#ifdef __linux__
extern int syncfs(int descriptor);
static inline int votrawl_sync_filesystem(int descriptor) { return syncfs(descriptor); }
#else
static inline int votrawl_sync_filesystem(int descriptor) {
  (void)descriptor;
  sync();
  return 0;
}
#endif
