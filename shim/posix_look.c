/*
 * Calls that tell about inodes and directories, and change nothing.
 */
#define _GNU_SOURCE

#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "posix.h"

/* struct stat as JavaScript reads it, by fields of 8 bytes: ts/posix/stat.ts names them alike. */
struct attributes {
  double mode, nlink, uid, gid, rdev, blksize;
  uint64_t dev, ino;
  int64_t size, blocks;
  /* ns since 1970, unless `is_far`: then they don't all fit, and only the times below hold. */
  int64_t atime, mtime, ctime;
  double is_far;
  int64_t seconds[3], nanoseconds[3];
};

static int put_time(struct attributes *to, int which, const struct timespec *time, int64_t *ns) {
  to->seconds[which] = time->tv_sec;
  to->nanoseconds[which] = time->tv_nsec;
  return __builtin_mul_overflow((int64_t)time->tv_sec, 1000000000, ns) ||
         __builtin_add_overflow(*ns, time->tv_nsec, ns);
}

static void put_stat(struct attributes *to, const struct stat *from) {
  to->mode = from->st_mode;
  to->nlink = from->st_nlink;
  to->uid = from->st_uid;
  to->gid = from->st_gid;
  to->rdev = from->st_rdev;
  to->blksize = from->st_blksize;
  to->dev = from->st_dev;
  to->ino = from->st_ino;
  to->size = from->st_size;
  to->blocks = from->st_blocks;
  int is_far = put_time(to, 0, &from->st_atim, &to->atime);
  is_far |= put_time(to, 1, &from->st_mtim, &to->mtime);
  is_far |= put_time(to, 2, &from->st_ctim, &to->ctime);
  to->is_far = is_far;
}

/*
 * (directory, path, follow a symlink, struct attributes to fill in): with an empty path, of what
 * the descriptor holds. By number: a C library older than glibc 2.33 has no such symbols.
 */
static int64_t run_stat(struct posix_job *job) {
  const struct posix_argument *a = job->arguments;
  struct stat stat;
  struct attributes attributes;
  int fd = a[0].number;
  int flags = a[2].number ? 0 : AT_SYMLINK_NOFOLLOW;
  if (a[3].size < sizeof(attributes)) return -EINVAL;
  int64_t result = a[1].size == 0 ? syscall(SYS_fstat, fd, &stat)
                                  : syscall(SYS_newfstatat, fd, a[1].bytes, &stat, flags);
  if (result == -1) return -errno;
  put_stat(&attributes, &stat);
  memcpy(a[3].bytes, &attributes, sizeof(attributes));
  return 0;
}

/* (directory, path): with an empty path, the link that an O_PATH descriptor holds. */
static int64_t run_readlink(struct posix_job *job) {
  const struct posix_argument *a = job->arguments;
  char *target = job_output(job, PATH_MAX);
  if (target == NULL) return -ENOMEM;
  return result_of(readlinkat(a[0].number, a[1].bytes, target, PATH_MAX));
}

struct directory_entry {
  uint64_t ino;
  int64_t next;
  uint16_t size;
  uint8_t type;
  char name[];
};

static int is_dots(const char *name) {
  return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

/*
 * (descriptor): the names that come next, each ended by NUL, without the dots; none at the end. One
 * read of the directory may have only dots.
 */
static int64_t run_getdents(struct posix_job *job) {
  enum { ROOM = 32 * 1024 };
  char *entries = malloc(ROOM);
  char *names = job_output(job, ROOM);
  int64_t size = 0;
  int64_t count = entries == NULL || names == NULL ? -ENOMEM : 1;
  while (count > 0 && size == 0) {
    count = result_of(syscall(SYS_getdents64, (int)job->arguments[0].number, entries, ROOM));
    for (int64_t at = 0; at < count;) {
      const struct directory_entry *entry = (const void *)(entries + at);
      at += entry->size;
      if (is_dots(entry->name)) continue;
      size_t length = strlen(entry->name) + 1;
      memcpy(names + size, entry->name, length);
      size += length;
    }
  }
  free(entries);
  // A directory that was removed meanwhile is at its end.
  return count < 0 && count != -ENOENT ? count : size;
}

/* (path) */
static int64_t run_statvfs(struct posix_job *job) {
  struct statvfs *data = job_output(job, sizeof(*data));
  return data == NULL ? -ENOMEM : result_of(statvfs(job->arguments[0].bytes, data));
}

static napi_value statvfs_answer(napi_env env, const struct posix_job *job) {
  const struct statvfs *data = job->output;
  const struct {
    const char *name;
    uint64_t value;
  } fields[] = {
      {"bsize", data->f_bsize},   {"frsize", data->f_frsize},   {"blocks", data->f_blocks},
      {"bfree", data->f_bfree},   {"bavail", data->f_bavail},   {"files", data->f_files},
      {"ffree", data->f_ffree},   {"favail", data->f_favail},   {"fsid", data->f_fsid},
      {"flag", data->f_flag},     {"namemax", data->f_namemax},
  };
  napi_value object, value;
  if (napi_create_object(env, &object) != napi_ok) return NULL;
  for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
    if (napi_create_bigint_uint64(env, fields[i].value, &value) != napi_ok ||
        napi_set_named_property(env, object, fields[i].name, value) != napi_ok) {
      return NULL;
    }
  }
  return object;
}

const struct posix_row posix_look_calls[] = {
    {"stat", "isib", run_stat, NULL, 0},
    {"readlink", "is", run_readlink, NULL, 0},
    {"getdents", "i", run_getdents, NULL, 0},
    {"statvfs", "s", run_statvfs, statvfs_answer, 0},
    {NULL, NULL, NULL, NULL, 0},
};
