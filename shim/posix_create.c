/*
 * Calls that make an inode, for another user: it belongs to that user from its first moment, in the
 * group that a setgid directory asks for, and counts against that user's quota.
 */
#define _GNU_SOURCE

#include <fcntl.h>
#include <linux/securebits.h>
#include <sys/fsuid.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "posix.h"

/* Of one thread: Linux keeps ids and securebits by thread, and these calls tell no other one. */
struct identity {
  int uid;
  int gid;
  int securebits;
};

static void resume(const struct identity *own) {
  setfsuid(own->uid);
  setfsgid(own->gid);
  if (own->securebits >= 0) prctl(PR_SET_SECUREBITS, own->securebits, 0, 0, 0);
}

/*
 * Takes the ids for what this thread makes, and keeps its capabilities: whether the user may make
 * the inode is decided before. Without the capability to keep them the user's own rights hold too.
 */
static int assume(int uid, int gid, struct identity *own) {
  own->uid = setfsuid(-1);
  own->gid = setfsgid(-1);
  own->securebits = prctl(PR_GET_SECUREBITS, 0, 0, 0, 0);
  if (own->securebits >= 0) {
    prctl(PR_SET_SECUREBITS, own->securebits | SECBIT_NO_SETUID_FIXUP, 0, 0, 0);
  }
  setfsgid(gid);
  setfsuid(uid);
  if ((gid == -1 || setfsgid(-1) == gid) && (uid == -1 || setfsuid(-1) == uid)) return 0;
  resume(own);
  return -EPERM;
}

/* Arguments that name an inode are a directory's descriptor, or AT_FDCWD, and a path from there. */
typedef int64_t (*make)(const struct posix_argument *a);

/* The last two arguments are uid and gid, -1 for the process's own. */
static int64_t make_for(make make, const struct posix_argument *a, int ids) {
  int uid = a[ids].number;
  int gid = a[ids + 1].number;
  struct identity own;
  if (uid == -1 && gid == -1) return make(a);
  int64_t result = assume(uid, gid, &own);
  if (result != 0) return result;
  result = make(a);
  resume(&own);
  return result;
}

/* (directory, path, flags, mode, uid, gid): a descriptor. */
static int64_t make_open(const struct posix_argument *a) {
  int flags = (int)a[2].number | O_CLOEXEC;
  return result_of(openat(a[0].number, a[1].bytes, flags, (mode_t)a[3].number));
}

static int64_t run_open(struct posix_job *job) {
  return make_for(make_open, job->arguments, 4);
}

/* (directory, path, mode, uid, gid) */
static int64_t make_mkdir(const struct posix_argument *a) {
  return result_of(mkdirat(a[0].number, a[1].bytes, a[2].number));
}

static int64_t run_mkdir(struct posix_job *job) {
  return make_for(make_mkdir, job->arguments, 3);
}

/*
 * (directory, path, mode, rdev, uid, gid). By number: a C library older than glibc 2.33 has no such
 * symbol.
 */
static int64_t make_mknod(const struct posix_argument *a) {
  int directory = a[0].number;
  unsigned int mode = a[2].number;
  unsigned int rdev = a[3].number;
  return result_of(syscall(SYS_mknodat, directory, a[1].bytes, mode, rdev));
}

static int64_t run_mknod(struct posix_job *job) {
  return make_for(make_mknod, job->arguments, 4);
}

/* (target, directory, path, uid, gid) */
static int64_t make_symlink(const struct posix_argument *a) {
  return result_of(symlinkat(a[0].bytes, a[1].number, a[2].bytes));
}

static int64_t run_symlink(struct posix_job *job) {
  return make_for(make_symlink, job->arguments, 3);
}

const struct posix_row posix_create_calls[] = {
    {"open", "isiiii", run_open, NULL, 1},
    {"mkdir", "isiii", run_mkdir, NULL, 0},
    {"mknod", "isiiii", run_mknod, NULL, 0},
    {"symlink", "sisii", run_symlink, NULL, 0},
    {NULL, NULL, NULL, NULL, 0},
};
