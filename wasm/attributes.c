/*
 * Attributes from numbers as JavaScript has them: one call costs less than a store for each field,
 * which the JIT compiler checks one by one.
 */
#include <stdbool.h>
#include <sys/stat.h>

#include "session.h"

/* Numbers up to here count every integer. */
#define MAX_SAFE_INTEGER 9007199254740991.0
#define NS 1000000000

static bool is_u32(double value) {
  return value >= 0 && value <= UINT32_MAX && value == (uint32_t)value;
}

static bool is_size(double value) {
  return value >= 0 && value <= MAX_SAFE_INTEGER && value == (double)(int64_t)value;
}

/* Seconds, rounded down, and the nanoseconds beyond. */
static struct timespec time_of(int64_t ns) {
  /*
   * A product is faster than a division, and at most one more: 1.0 / NS is rounded up by as much as
   * is lost of the least bits of large times.
   */
  int64_t seconds = (int64_t)((double)ns * (1.0 / NS));
  int64_t rest = ns - seconds * NS;

  if (rest < 0) {
    seconds--;
    rest += NS;
  }
  return (struct timespec){.tv_sec = seconds, .tv_nsec = (long)rest};
}

int fw_put_stat(struct stat *stat, uint64_t ino, double mode, double nlink, double uid, double gid,
                double rdev, double size, double blksize, double blocks, int64_t atime,
                int64_t mtime, int64_t ctime) {
  if (!(is_u32(mode) && is_u32(nlink) && is_u32(uid) && is_u32(gid) && is_u32(rdev) &&
        is_u32(blksize) && is_size(size) && is_size(blocks))) {
    return 0;
  }
  stat->st_ino = ino;
  stat->st_mode = (uint32_t)mode;
  stat->st_nlink = (uint32_t)nlink;
  stat->st_uid = (uint32_t)uid;
  stat->st_gid = (uint32_t)gid;
  stat->st_rdev = (uint32_t)rdev;
  stat->st_size = (int64_t)size;
  stat->st_blksize = (blksize_t)(uint32_t)blksize;
  stat->st_blocks = (int64_t)blocks;
  stat->st_atim = time_of(atime);
  stat->st_mtim = mtime == atime ? stat->st_atim : time_of(mtime);
  stat->st_ctim = ctime == mtime ? stat->st_mtim : time_of(ctime);
  return 1;
}
