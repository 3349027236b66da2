/* Open files, but for their data. The handle is a descriptor of the source. */
#define _GNU_SOURCE
#include "handlers.h"
#include "inodes.h"
#include "owner.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

/*
 * What of an open's flags holds for the source. O_APPEND is a matter of each write, as a program
 * may change it.
 */
static const int KEPT_FLAGS = O_WRONLY | O_RDWR | O_TRUNC | O_SYNC | O_DSYNC | O_NOATIME;

static int errno_of(int result) {
  return result == -1 ? errno : 0;
}

void handle_open(fuse_req_t req, fuse_ino_t inode, struct fuse_file_info *file) {
  char path[PATH_ROOM];
  int fd = open(path_of(fd_of(inode), path), (file->flags & KEPT_FLAGS) | O_CLOEXEC);
  if (fd == -1) {
    fuse_reply_err(req, errno);
    return;
  }
  file->fh = (uint64_t)fd;
  /* Only what was written can fail when a file is closed. */
  file->noflush = (file->flags & O_ACCMODE) == O_RDONLY;
  fuse_reply_open(req, file);
}

/* Counts a lookup of a file just made by opening it. */
static int find_created(int fd, struct fuse_entry_param *entry) {
  char path[PATH_ROOM];
  int held = open(path_of(fd, path), O_PATH | O_CLOEXEC);
  return held == -1 ? errno : -find_opened(held, entry);
}

void handle_create(fuse_req_t req, fuse_ino_t parent, const char *name, mode_t mode,
                   struct fuse_file_info *file) {
  int flags = (file->flags & KEPT_FLAGS) | O_CREAT | O_EXCL | O_CLOEXEC;
  own_by_caller(req);
  int fd = openat(fd_of(parent), name, flags, mode);
  int error = errno_of(fd);
  own_again();
  struct fuse_entry_param entry;
  if (error == 0) {
    error = find_created(fd, &entry);
    if (error != 0) close(fd);
  } else if (error == EEXIST && (file->flags & O_EXCL) == 0) {
    /* Someone made the file after the kernel's lookup: so it looks again, and opens. */
    error = ESTALE;
  }
  if (error != 0) {
    fuse_reply_err(req, error);
    return;
  }
  file->fh = (uint64_t)fd;
  fuse_reply_create(req, &entry, file);
}

void handle_flush(fuse_req_t req, fuse_ino_t inode, struct fuse_file_info *file) {
  (void)inode;
  fuse_reply_err(req, errno_of(close(dup((int)file->fh))));
}

void handle_release(fuse_req_t req, fuse_ino_t inode, struct fuse_file_info *file) {
  (void)inode;
  fuse_reply_err(req, errno_of(close((int)file->fh)));
}

void handle_fsync(fuse_req_t req, fuse_ino_t inode, int datasync, struct fuse_file_info *file) {
  int fd = (int)file->fh;
  (void)inode;
  fuse_reply_err(req, errno_of(datasync ? fdatasync(fd) : fsync(fd)));
}

void handle_fallocate(fuse_req_t req, fuse_ino_t inode, int mode, off_t offset, off_t length,
                      struct fuse_file_info *file) {
  (void)inode;
  fuse_reply_err(req, errno_of(fallocate((int)file->fh, mode, offset, length)));
}

void handle_lseek(fuse_req_t req, fuse_ino_t inode, off_t offset, int whence,
                  struct fuse_file_info *file) {
  (void)inode;
  off_t found = lseek((int)file->fh, offset, whence);
  if (found == -1) fuse_reply_err(req, errno);
  else fuse_reply_lseek(req, found);
}

void handle_copy_file_range(fuse_req_t req, fuse_ino_t in, off_t in_offset,
                            struct fuse_file_info *in_file, fuse_ino_t out, off_t out_offset,
                            struct fuse_file_info *out_file, size_t length, int flags) {
  (void)in;
  (void)out;
  ssize_t copied = copy_file_range((int)in_file->fh, &in_offset, (int)out_file->fh, &out_offset,
                                   length, (unsigned int)flags);
  if (copied == -1) fuse_reply_err(req, errno);
  else fuse_reply_write(req, (size_t)copied);
}
