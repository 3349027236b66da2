/*
 * Attributes from numbers as JavaScript has them: one call costs less than a store for each field,
 * which the JIT compiler checks one by one.
 */
#include <sys/stat.h>

#include "session.h"

#define NS 1000000000

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

void fw_put_stat(struct stat *stat, uint64_t ino, uint32_t mode, uint32_t nlink, uint32_t uid,
                 uint32_t gid, uint32_t rdev, double size, uint32_t blksize, double blocks,
                 int64_t atime, int64_t mtime, int64_t ctime) {
  stat->st_ino = ino;
  stat->st_mode = mode;
  stat->st_nlink = nlink;
  stat->st_uid = uid;
  stat->st_gid = gid;
  stat->st_rdev = rdev;
  stat->st_size = (int64_t)size;
  stat->st_blksize = (blksize_t)blksize;
  stat->st_blocks = (int64_t)blocks;
  stat->st_atim = time_of(atime);
  stat->st_mtim = mtime == atime ? stat->st_atim : time_of(mtime);
  stat->st_ctim = ctime == mtime ? stat->st_mtim : time_of(ctime);
}

size_t fw_add_entry(fuse_req_t req, char *buffer, size_t size, const char *name,
                    const struct fuse_entry_param *entry, int has_attributes, uint32_t low,
                    uint32_t high) {
  off_t offset = (off_t)((uint64_t)high << 32 | low);

  return has_attributes ? fuse_add_direntry_plus(req, buffer, size, name, entry, offset)
                        : fuse_add_direntry(req, buffer, size, name, &entry->attr, offset);
}
