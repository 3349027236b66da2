/* A file that takes its time. */
#include "serve.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SLOW = FUSE_ROOT_ID + 1, DELAY_US = 5000 };
static const char NAME[] = "slow";
static const double TIMEOUT = 300;

static struct stat attributes(fuse_ino_t inode) {
  struct stat attr = {.st_ino = inode};

  attr.st_mode = inode == FUSE_ROOT_ID ? S_IFDIR | 0755 : S_IFREG | 0644;
  attr.st_nlink = inode == FUSE_ROOT_ID ? 2 : 1;
  attr.st_size = inode == FUSE_ROOT_ID ? 0 : 1;
  attr.st_blksize = 4096;
  return attr;
}

static void delay_lookup(fuse_req_t req, fuse_ino_t parent, const char *name) {
  struct fuse_entry_param entry = {
      .ino = SLOW, .attr = attributes(SLOW), .attr_timeout = TIMEOUT, .entry_timeout = TIMEOUT};

  if (parent != FUSE_ROOT_ID || strcmp(name, NAME) != 0) fuse_reply_err(req, ENOENT);
  else fuse_reply_entry(req, &entry);
}

static void delay_getattr(fuse_req_t req, fuse_ino_t inode, struct fuse_file_info *file) {
  struct stat attr = attributes(inode);

  (void)file;
  fuse_reply_attr(req, &attr, TIMEOUT);
}

static void delay_open(fuse_req_t req, fuse_ino_t inode, struct fuse_file_info *file) {
  (void)inode;
  file->direct_io = 1;
  fuse_reply_open(req, file);
}

static void delay_read(fuse_req_t req, fuse_ino_t inode, size_t size, off_t offset,
                       struct fuse_file_info *file) {
  char *answer = scratch(size);

  (void)inode;
  (void)offset;
  (void)file;
  usleep(DELAY_US);
  memset(answer, 0, size);
  fuse_reply_buf(req, answer, size);
}

static const struct fuse_lowlevel_ops ops = {
    .init = agree,
    .lookup = delay_lookup,
    .getattr = delay_getattr,
    .open = delay_open,
    .read = delay_read,
};

int main(int argc, char *argv[]) {
  return serve(argc, argv, &ops);
}
