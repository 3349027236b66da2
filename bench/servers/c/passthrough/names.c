/* What names stand for, and how they come and go. */
#define _GNU_SOURCE
#include "handlers.h"
#include "inodes.h"
#include "owner.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Answers with what a name stands for, or with the error that came before. */
static void reply_child(fuse_req_t req, int error, fuse_ino_t parent, const char *name) {
  struct fuse_entry_param entry;
  if (error == 0) error = -find_child(parent, name, &entry);
  if (error == 0) fuse_reply_entry(req, &entry);
  else fuse_reply_err(req, error);
}

static int errno_of(int result) {
  return result == -1 ? errno : 0;
}

void handle_lookup(fuse_req_t req, fuse_ino_t parent, const char *name) {
  struct fuse_entry_param entry = {0};
  /* Above the source's root there is nothing. */
  if (parent == FUSE_ROOT_ID && strcmp(name, "..") == 0) name = ".";
  int error = find_child(parent, name, &entry);
  /* That there is no such name holds as long as that there is one: not at all. */
  if (error == 0 || error == -ENOENT) fuse_reply_entry(req, &entry);
  else fuse_reply_err(req, -error);
}

void handle_forget(fuse_req_t req, fuse_ino_t inode, uint64_t lookups) {
  forget_inode(inode, lookups);
  fuse_reply_none(req);
}

void handle_forget_multi(fuse_req_t req, size_t count, struct fuse_forget_data *forgets) {
  for (size_t i = 0; i < count; i++) forget_inode(forgets[i].ino, forgets[i].nlookup);
  fuse_reply_none(req);
}

void handle_readlink(fuse_req_t req, fuse_ino_t inode) {
  char target[PATH_MAX + 1];
  ssize_t length = readlinkat(fd_of(inode), "", target, PATH_MAX);
  if (length == -1) {
    fuse_reply_err(req, errno);
    return;
  }
  target[length] = '\0';
  fuse_reply_readlink(req, target);
}

void handle_mknod(fuse_req_t req, fuse_ino_t parent, const char *name, mode_t mode, dev_t device) {
  own_by_caller(req);
  int error = errno_of(mknodat(fd_of(parent), name, mode, device));
  own_again();
  reply_child(req, error, parent, name);
}

void handle_mkdir(fuse_req_t req, fuse_ino_t parent, const char *name, mode_t mode) {
  own_by_caller(req);
  int error = errno_of(mkdirat(fd_of(parent), name, mode));
  own_again();
  reply_child(req, error, parent, name);
}

void handle_symlink(fuse_req_t req, const char *target, fuse_ino_t parent, const char *name) {
  own_by_caller(req);
  int error = errno_of(symlinkat(target, fd_of(parent), name));
  own_again();
  reply_child(req, error, parent, name);
}

void handle_link(fuse_req_t req, fuse_ino_t inode, fuse_ino_t parent, const char *name) {
  char path[PATH_ROOM];
  path_of(fd_of(inode), path);
  int error = errno_of(linkat(AT_FDCWD, path, fd_of(parent), name, AT_SYMLINK_FOLLOW));
  reply_child(req, error, parent, name);
}

void handle_unlink(fuse_req_t req, fuse_ino_t parent, const char *name) {
  fuse_reply_err(req, errno_of(unlinkat(fd_of(parent), name, 0)));
}

void handle_rmdir(fuse_req_t req, fuse_ino_t parent, const char *name) {
  fuse_reply_err(req, errno_of(unlinkat(fd_of(parent), name, AT_REMOVEDIR)));
}

void handle_rename(fuse_req_t req, fuse_ino_t from, const char *name, fuse_ino_t to,
                   const char *new_name, unsigned int flags) {
  fuse_reply_err(req, errno_of(renameat2(fd_of(from), name, fd_of(to), new_name, flags)));
}
