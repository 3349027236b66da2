/*
 * Calls that carry data of files, between the page cache and the caller's own bytes: those may be
 * WebAssembly memory.
 */
#define _GNU_SOURCE

#include <linux/fs.h>
#include <linux/magic.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <sys/uio.h>
#include <unistd.h>

#include "posix.h"

/* (fd, bytes to fill, offset) */
static int64_t run_read(struct posix_job *job) {
  const struct posix_argument *a = job->arguments;
  return result_of(pread(a[0].number, a[1].bytes, a[1].size, a[2].number));
}

/*
 * By number: musl has had no preadv2 and pwritev2. The kernel takes the offset in two halves, the
 * first of which is all of it where a long has 64 bits.
 */
static int64_t transfer(long number, const struct posix_argument *a, long offset, int flags) {
  const struct iovec part = {.iov_base = a[1].bytes, .iov_len = a[1].size};
  int fd = a[0].number;
  return result_of(syscall(number, fd, &part, 1L, offset, 0L, (long)flags));
}

/* Whether no disk has to be waited for, as there is none but for swapping. */
static int is_in_memory(int fd) {
  struct statfs filesystem;
  if (fstatfs(fd, &filesystem) == -1) return 0;
  unsigned long type = (unsigned long)filesystem.f_type & UINT32_MAX;
  return type == TMPFS_MAGIC || type == RAMFS_MAGIC;
}

/* (fd, bytes to fill, offset): -EAGAIN for what would have to wait, or where nobody can tell. */
static int64_t run_read_cached(struct posix_job *job) {
  const struct posix_argument *a = job->arguments;
  // To preadv2 it would be the file's own position.
  if (a[2].number < 0) return -EINVAL;
  int64_t result = transfer(SYS_preadv2, a, a[2].number, RWF_NOWAIT);
  if (result != -EOPNOTSUPP && result != -ENOSYS) return result;
  // Filesystems in memory do not know the flag.
  return is_in_memory(a[0].number) ? run_read(job) : -EAGAIN;
}

/* (fd, bytes, offset) */
static int64_t run_write(struct posix_job *job) {
  const struct posix_argument *a = job->arguments;
  return result_of(pwrite(a[0].number, a[1].bytes, a[1].size, a[2].number));
}

/* (fd, bytes): at the end of the file as it is at that moment, whatever the descriptor's flags. */
static int64_t run_append(struct posix_job *job) {
  return transfer(SYS_pwritev2, job->arguments, 0, RWF_APPEND);
}

const struct posix_row posix_data_calls[] = {
    {"read", "ibl", run_read, NULL, 0},
    {"readCached", "ibl", run_read_cached, NULL, 0},
    {"write", "ibl", run_write, NULL, 0},
    {"append", "ib", run_append, NULL, 0},
    {NULL, NULL, NULL, NULL, 0},
};
