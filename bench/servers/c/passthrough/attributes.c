/* Attributes, the numbers of statfs(2), and extended attributes. */
#define _GNU_SOURCE
#include "handlers.h"
#include "inodes.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

static const uid_t SAME_OWNER = -1;
static const gid_t SAME_GROUP = -1;

void handle_getattr(fuse_req_t req, fuse_ino_t inode, struct fuse_file_info *file) {
  struct stat attr;
  (void)file;
  if (fstat(fd_of(inode), &attr) == -1) fuse_reply_err(req, errno);
  else fuse_reply_attr(req, &attr, 0);
}

static int change_owner(int fd, const struct stat *attr, int changes) {
  if ((changes & (FUSE_SET_ATTR_UID | FUSE_SET_ATTR_GID)) == 0) return 0;
  return fchownat(fd, "", changes & FUSE_SET_ATTR_UID ? attr->st_uid : SAME_OWNER,
                  changes & FUSE_SET_ATTR_GID ? attr->st_gid : SAME_GROUP,
                  AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW);
}

static struct timespec time_to_set(int is_set, int is_now, struct timespec given) {
  if (is_now) given.tv_nsec = UTIME_NOW;
  else if (!is_set) given.tv_nsec = UTIME_OMIT;
  return given;
}

static int change_times(const char *path, const struct stat *attr, int changes) {
  if ((changes & (FUSE_SET_ATTR_ATIME | FUSE_SET_ATTR_MTIME)) == 0) return 0;
  struct timespec times[] = {
      time_to_set(changes & FUSE_SET_ATTR_ATIME, changes & FUSE_SET_ATTR_ATIME_NOW, attr->st_atim),
      time_to_set(changes & FUSE_SET_ATTR_MTIME, changes & FUSE_SET_ATTR_MTIME_NOW, attr->st_mtim),
  };
  return utimensat(AT_FDCWD, path, times, 0);
}

/* The owner first, as that clears bits of the mode; times last, as a truncation sets one. */
static int change(int fd, const struct stat *attr, int changes, const struct fuse_file_info *file) {
  char path[PATH_ROOM];
  path_of(fd, path);
  if (change_owner(fd, attr, changes) == -1) return errno;
  if (changes & FUSE_SET_ATTR_MODE && chmod(path, attr->st_mode & 07777) == -1) return errno;
  if (changes & FUSE_SET_ATTR_SIZE) {
    int result =
        file == NULL ? truncate(path, attr->st_size) : ftruncate((int)file->fh, attr->st_size);
    if (result == -1) return errno;
  }
  return change_times(path, attr, changes) == -1 ? errno : 0;
}

void handle_setattr(fuse_req_t req, fuse_ino_t inode, struct stat *attr, int changes,
                    struct fuse_file_info *file) {
  int error = change(fd_of(inode), attr, changes, file);
  if (error != 0) fuse_reply_err(req, error);
  else handle_getattr(req, inode, file);
}

void handle_statfs(fuse_req_t req, fuse_ino_t inode) {
  struct statvfs numbers;
  if (fstatvfs(fd_of(inode), &numbers) == -1) fuse_reply_err(req, errno);
  else fuse_reply_statfs(req, &numbers);
}

void handle_setxattr(fuse_req_t req, fuse_ino_t inode, const char *name, const char *value,
                     size_t size, int flags) {
  char path[PATH_ROOM];
  int result = setxattr(path_of(fd_of(inode), path), name, value, size, flags);
  fuse_reply_err(req, result == -1 ? errno : 0);
}

/* Size 0 asks how much there is. */
static void reply_bytes(fuse_req_t req, ssize_t result, const char *bytes, size_t size) {
  if (result == -1) fuse_reply_err(req, errno);
  else if (size == 0) fuse_reply_xattr(req, (size_t)result);
  else fuse_reply_buf(req, bytes, (size_t)result);
}

void handle_getxattr(fuse_req_t req, fuse_ino_t inode, const char *name, size_t size) {
  char path[PATH_ROOM];
  char *bytes = size == 0 ? NULL : scratch(size);
  reply_bytes(req, getxattr(path_of(fd_of(inode), path), name, bytes, size), bytes, size);
}

void handle_listxattr(fuse_req_t req, fuse_ino_t inode, size_t size) {
  char path[PATH_ROOM];
  char *bytes = size == 0 ? NULL : scratch(size);
  reply_bytes(req, listxattr(path_of(fd_of(inode), path), bytes, size), bytes, size);
}

void handle_removexattr(fuse_req_t req, fuse_ino_t inode, const char *name) {
  char path[PATH_ROOM];
  int result = removexattr(path_of(fd_of(inode), path), name);
  fuse_reply_err(req, result == -1 ? errno : 0);
}
