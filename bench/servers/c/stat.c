/* Empty files in the root; the kernel keeps nothing of what it was told. */
#include "directory.h"
#include "serve.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum { OTHERS = 1000, FIRST_FILE = FUSE_ROOT_ID + 1 };

/* Values are inode numbers. */
static struct directory root;

static struct stat attributes(fuse_ino_t inode) {
  struct stat attr = {.st_ino = inode};

  attr.st_mode = inode == FUSE_ROOT_ID ? S_IFDIR | 0755 : S_IFREG | 0644;
  attr.st_nlink = inode == FUSE_ROOT_ID ? 2 : 1;
  attr.st_blksize = 4096;
  return attr;
}

static struct fuse_entry_param entry_of(fuse_ino_t inode) {
  return (struct fuse_entry_param){.ino = inode, .attr = attributes(inode)};
}

static void stat_lookup(fuse_req_t req, fuse_ino_t parent, const char *name) {
  fuse_ino_t inode = parent == FUSE_ROOT_ID ? (fuse_ino_t)(uintptr_t)directory_get(&root, name) : 0;
  struct fuse_entry_param entry = entry_of(inode);

  if (inode == 0) fuse_reply_err(req, ENOENT);
  else fuse_reply_entry(req, &entry);
}

static void stat_getattr(fuse_req_t req, fuse_ino_t inode, struct fuse_file_info *file) {
  struct stat attr = attributes(inode);

  (void)file;
  fuse_reply_attr(req, &attr, 0);
}

static void stat_readdirplus(fuse_req_t req, fuse_ino_t inode, size_t size, off_t offset,
                             struct fuse_file_info *file) {
  char *answer = scratch(size);
  size_t used = 0;
  size_t index;

  (void)inode;
  (void)file;
  for (index = directory_after(&root, (uint64_t)offset); index < root.slot_count; index++) {
    const struct entry *found = root.slots[index].entry;
    struct fuse_entry_param entry = entry_of((fuse_ino_t)(uintptr_t)found->value);
    size_t needed = fuse_add_direntry_plus(req, answer + used, size - used, found->name, &entry,
                                           (off_t)found->cookie);

    if (needed > size - used) break;
    used += needed;
  }
  fuse_reply_buf(req, answer, used);
}

static const struct fuse_lowlevel_ops ops = {
    .init = agree,
    .lookup = stat_lookup,
    .getattr = stat_getattr,
    .readdirplus = stat_readdirplus,
};

int main(int argc, char *argv[]) {
  uintptr_t inode = FIRST_FILE;
  int index;

  if (directory_set(&root, "file", (void *)inode++) != 0) return 1;
  for (index = 0; index < OTHERS; index++) {
    char name[16];

    snprintf(name, sizeof name, "n%d", index);
    if (directory_set(&root, name, (void *)inode++) != 0) return 1;
  }
  return serve(argc, argv, &ops);
}
