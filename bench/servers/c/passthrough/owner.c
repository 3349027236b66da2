#define _GNU_SOURCE
#include "owner.h"

#include <linux/securebits.h>
#include <sys/fsuid.h>
#include <sys/prctl.h>
#include <unistd.h>

static _Thread_local int is_other;
static _Thread_local int securebits;

void own_by_caller(fuse_req_t req) {
  const struct fuse_ctx *caller = fuse_req_ctx(req);
  is_other = geteuid() == 0 && (caller->uid != 0 || caller->gid != getegid());
  if (!is_other) return;
  /* Capabilities stay: whether the caller may make the inode is decided before. */
  securebits = prctl(PR_GET_SECUREBITS, 0, 0, 0, 0);
  prctl(PR_SET_SECUREBITS, securebits | SECBIT_NO_SETUID_FIXUP, 0, 0, 0);
  setfsgid(caller->gid);
  setfsuid(caller->uid);
}

void own_again(void) {
  if (!is_other) return;
  setfsuid(0);
  setfsgid(getegid());
  prctl(PR_SET_SECUREBITS, securebits, 0, 0, 0);
  is_other = 0;
}
