/*
 * Calls on paths. `/proc/self/fd/N` names the inode that a descriptor holds, also an O_PATH one,
 * and `/proc/self/fd/N/name` an entry of that directory wherever it has been moved.
 */
#define _GNU_SOURCE

#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "posix.h"

_Static_assert(sizeof(off_t) == 8, "offsets of 64 bits");

/* (old path, new path, follow a symlink at the old one) */
static int64_t run_link(struct posix_job *job) {
  const struct posix_argument *a = job->arguments;
  int flags = a[2].number ? AT_SYMLINK_FOLLOW : 0;
  return result_of(linkat(AT_FDCWD, a[0].bytes, AT_FDCWD, a[1].bytes, flags));
}

/* (old path, new path, flags). By number: musl has had no renameat2. */
static int64_t run_rename(struct posix_job *job) {
  const struct posix_argument *a = job->arguments;
  unsigned int flags = a[2].number;
  return result_of(
      syscall(SYS_renameat2, AT_FDCWD, a[0].bytes, AT_FDCWD, a[1].bytes, flags));
}

/* (path, atime seconds, nanoseconds or UTIME_OMIT, mtime alike, follow a symlink) */
static int64_t run_utimens(struct posix_job *job) {
  const struct posix_argument *a = job->arguments;
  const struct timespec times[2] = {{.tv_sec = a[1].number, .tv_nsec = a[2].number},
                                    {.tv_sec = a[3].number, .tv_nsec = a[4].number}};
  int flags = a[5].number ? 0 : AT_SYMLINK_NOFOLLOW;
  return result_of(utimensat(AT_FDCWD, a[0].bytes, times, flags));
}

/* (path, length) */
static int64_t run_truncate(struct posix_job *job) {
  return result_of(truncate(job->arguments[0].bytes, job->arguments[1].number));
}

/* (fd or AT_FDCWD's stand-in -1, path): with an empty path, the link that an O_PATH fd holds. */
static int64_t run_readlink(struct posix_job *job) {
  const struct posix_argument *a = job->arguments;
  int fd = a[0].number == -1 ? AT_FDCWD : (int)a[0].number;
  char *target = job_output(job, PATH_MAX);
  if (target == NULL) return -ENOMEM;
  return result_of(readlinkat(fd, a[1].bytes, target, PATH_MAX));
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

const struct posix_row posix_path_calls[] = {
    {"link", "ssi", run_link, NULL, 0},
    {"rename", "ssi", run_rename, NULL, 0},
    {"utimens", "slilii", run_utimens, NULL, 0},
    {"truncate", "sl", run_truncate, NULL, 0},
    {"readlink", "is", run_readlink, NULL, 0},
    {"statvfs", "s", run_statvfs, statvfs_answer, 0},
    {NULL, NULL, NULL, NULL, 0},
};
