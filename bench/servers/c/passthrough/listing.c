/* Open directories. The handle is a stream of the source. */
#define _GNU_SOURCE
#include "handlers.h"
#include "inodes.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct listing {
  DIR *stream;
  /* Where the stream is, as a cookie. */
  off_t offset;
};

static struct listing *listing_of(struct fuse_file_info *file) {
  return (struct listing *)(uintptr_t)file->fh;
}

void handle_opendir(fuse_req_t req, fuse_ino_t inode, struct fuse_file_info *file) {
  char path[PATH_ROOM];
  struct listing *listing = calloc(1, sizeof *listing);
  if (listing != NULL) listing->stream = opendir(path_of(fd_of(inode), path));
  if (listing == NULL || listing->stream == NULL) {
    fuse_reply_err(req, errno);
    free(listing);
    return;
  }
  file->fh = (uintptr_t)listing;
  fuse_reply_open(req, file);
}

static int is_dot(const char *name) {
  return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

/* Attributes, and a lookup counted, but for the two names that the kernel knows by itself. */
static int entry_of(fuse_ino_t directory, const struct dirent *found,
                    struct fuse_entry_param *entry) {
  if (!is_dot(found->d_name)) return find_child(directory, found->d_name, entry);
  *entry = (struct fuse_entry_param){.attr = {.st_ino = found->d_ino, .st_mode = S_IFDIR}};
  return 0;
}

/* Returns how much of `answer` is used; -errno when there is nothing to return before an error. */
static ssize_t fill(fuse_req_t req, fuse_ino_t inode, struct listing *listing, char *answer,
                    size_t size) {
  size_t used = 0;
  for (;;) {
    errno = 0;
    const struct dirent *found = readdir(listing->stream);
    if (found == NULL) return errno != 0 && used == 0 ? -errno : (ssize_t)used;
    listing->offset = found->d_off;
    struct fuse_entry_param entry;
    /* A name that is gone when its turn comes is left out. */
    if (entry_of(inode, found, &entry) != 0) continue;
    size_t needed = fuse_add_direntry_plus(req, answer + used, size - used, found->d_name, &entry,
                                           found->d_off);
    if (needed > size - used) {
      if (entry.ino != 0) forget_inode(entry.ino, 1);
      return (ssize_t)used;
    }
    used += needed;
  }
}

void handle_readdirplus(fuse_req_t req, fuse_ino_t inode, size_t size, off_t offset,
                        struct fuse_file_info *file) {
  struct listing *listing = listing_of(file);
  char *answer = scratch(size);
  if (offset == 0 && listing->offset != 0) rewinddir(listing->stream);
  else if (offset != listing->offset) seekdir(listing->stream, offset);
  listing->offset = offset;
  ssize_t used = fill(req, inode, listing, answer, size);
  if (used < 0) fuse_reply_err(req, (int)-used);
  else fuse_reply_buf(req, answer, (size_t)used);
}

void handle_releasedir(fuse_req_t req, fuse_ino_t inode, struct fuse_file_info *file) {
  struct listing *listing = listing_of(file);
  (void)inode;
  closedir(listing->stream);
  free(listing);
  fuse_reply_err(req, 0);
}

void handle_fsyncdir(fuse_req_t req, fuse_ino_t inode, int datasync, struct fuse_file_info *file) {
  int fd = dirfd(listing_of(file)->stream);
  (void)inode;
  int result = datasync ? fdatasync(fd) : fsync(fd);
  fuse_reply_err(req, result == -1 ? errno : 0);
}
