/* Two files of zeros, which take every write and keep none. */
#include "serve.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* What a filesystem answers that says nothing of timeouts, as those of the other peers do. */
static const double TIMEOUT = 300;
static const off_t SIZE = (off_t)1 << 40;

enum { DIRECT = FUSE_ROOT_ID + 1, CACHED, END };
static const char *const names[] = {[DIRECT] = "direct", [CACHED] = "cached"};

/* More than the kernel reads at once. */
enum { MOST_BYTES = 1 << 20 };
static char data[MOST_BYTES];

static struct stat attributes(fuse_ino_t inode) {
  struct stat attr = {.st_ino = inode};

  attr.st_mode = inode == FUSE_ROOT_ID ? S_IFDIR | 0755 : S_IFREG | 0644;
  attr.st_nlink = inode == FUSE_ROOT_ID ? 2 : 1;
  attr.st_size = inode == FUSE_ROOT_ID ? 0 : SIZE;
  attr.st_blksize = 4096;
  return attr;
}

static struct fuse_entry_param entry_of(fuse_ino_t inode) {
  return (struct fuse_entry_param){
      .ino = inode, .attr = attributes(inode), .attr_timeout = TIMEOUT, .entry_timeout = TIMEOUT};
}

static void data_lookup(fuse_req_t req, fuse_ino_t parent, const char *name) {
  fuse_ino_t inode = DIRECT;
  struct fuse_entry_param entry;

  while (inode < END && strcmp(names[inode], name) != 0) inode++;
  entry = entry_of(inode);
  if (parent != FUSE_ROOT_ID || inode == END) fuse_reply_err(req, ENOENT);
  else fuse_reply_entry(req, &entry);
}

static void data_getattr(fuse_req_t req, fuse_ino_t inode, struct fuse_file_info *file) {
  struct stat attr = attributes(inode);

  (void)file;
  fuse_reply_attr(req, &attr, TIMEOUT);
}

/* A new size is taken as an answer, and is not kept. */
static void data_setattr(fuse_req_t req, fuse_ino_t inode, struct stat *attr, int changes,
                         struct fuse_file_info *file) {
  (void)attr;
  (void)changes;
  data_getattr(req, inode, file);
}

static void data_readdirplus(fuse_req_t req, fuse_ino_t parent, size_t size, off_t offset,
                             struct fuse_file_info *file) {
  char *answer = scratch(size);
  size_t used = 0;
  fuse_ino_t inode;

  (void)parent;
  (void)file;
  for (inode = DIRECT + (fuse_ino_t)offset; inode < END; inode++) {
    struct fuse_entry_param entry = entry_of(inode);
    size_t needed = fuse_add_direntry_plus(req, answer + used, size - used, names[inode], &entry,
                                           (off_t)(inode - DIRECT + 1));

    if (needed > size - used) break;
    used += needed;
  }
  fuse_reply_buf(req, answer, used);
}

static void data_open(fuse_req_t req, fuse_ino_t inode, struct fuse_file_info *file) {
  file->direct_io = inode == DIRECT;
  fuse_reply_open(req, file);
}

/*
 * Makes the data for each read, as a filesystem has to, and as ours does. Memory that was never
 * written would be one page of the kernel's, over and over again.
 */
static void data_read(fuse_req_t req, fuse_ino_t inode, size_t size, off_t offset,
                      struct fuse_file_info *file) {
  (void)inode;
  (void)offset;
  (void)file;
  if (size > MOST_BYTES) size = MOST_BYTES;
  memset(data, 0, size);
  fuse_reply_buf(req, data, size);
}

static void data_write(fuse_req_t req, fuse_ino_t inode, const char *data, size_t size,
                       off_t offset, struct fuse_file_info *file) {
  (void)inode;
  (void)data;
  (void)offset;
  (void)file;
  fuse_reply_write(req, size);
}

static const struct fuse_lowlevel_ops ops = {
    .init = agree,
    .lookup = data_lookup,
    .getattr = data_getattr,
    .setattr = data_setattr,
    .readdirplus = data_readdirplus,
    .open = data_open,
    .read = data_read,
    .write = data_write,
};

int main(int argc, char *argv[]) {
  return serve(argc, argv, &ops);
}
