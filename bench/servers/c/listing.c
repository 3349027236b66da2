/* A tree of empty files, made once. */
#include "directory.h"
#include "serve.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>

enum { DIRECTORIES = 100, FILES = 1000, NODES = 1 + DIRECTORIES + DIRECTORIES * FILES };
static const double TIMEOUT = 1;

struct node {
  struct stat attr;
  struct directory entries;
};

/* By inode number. */
static struct node *nodes[NODES + 1];

static struct node *add_node(mode_t mode) {
  static ino_t last;
  struct node *node = calloc(1, sizeof *node);

  if (node == NULL) abort();
  node->attr.st_ino = ++last;
  node->attr.st_mode = mode;
  node->attr.st_nlink = S_ISDIR(mode) ? 2 : 1;
  node->attr.st_blksize = 4096;
  clock_gettime(CLOCK_REALTIME, &node->attr.st_mtim);
  node->attr.st_atim = node->attr.st_mtim;
  node->attr.st_ctim = node->attr.st_mtim;
  nodes[last] = node;
  return node;
}

static struct node *add_named(struct node *parent, mode_t mode, const char *format, int number) {
  struct node *node = add_node(mode);
  char name[16];

  snprintf(name, sizeof name, format, number);
  if (directory_set(&parent->entries, name, node) != 0) abort();
  return node;
}

static void make_tree(void) {
  struct node *root = add_node(S_IFDIR | 0755);
  int i;
  int j;

  for (i = 0; i < DIRECTORIES; i++) {
    struct node *directory = add_named(root, S_IFDIR | 0755, "d%03d", i);

    for (j = 0; j < FILES; j++) add_named(directory, S_IFREG | 0644, "f%04d", j);
  }
}

static struct node *node_of(fuse_ino_t inode) {
  return inode <= NODES ? nodes[inode] : NULL;
}

static struct fuse_entry_param entry_of(const struct node *node) {
  return (struct fuse_entry_param){.ino = node->attr.st_ino,
                                   .attr = node->attr,
                                   .attr_timeout = TIMEOUT,
                                   .entry_timeout = TIMEOUT};
}

static void listing_lookup(fuse_req_t req, fuse_ino_t parent, const char *name) {
  struct node *directory = node_of(parent);
  struct node *found = directory == NULL ? NULL : directory_get(&directory->entries, name);
  struct fuse_entry_param entry;

  if (found == NULL) {
    fuse_reply_err(req, ENOENT);
    return;
  }
  entry = entry_of(found);
  fuse_reply_entry(req, &entry);
}

static void listing_getattr(fuse_req_t req, fuse_ino_t inode, struct fuse_file_info *file) {
  struct node *node = node_of(inode);

  (void)file;
  if (node == NULL) fuse_reply_err(req, ENOENT);
  else fuse_reply_attr(req, &node->attr, TIMEOUT);
}

static void listing_opendir(fuse_req_t req, fuse_ino_t inode, struct fuse_file_info *file) {
  file->fh = inode;
  fuse_reply_open(req, file);
}

static void listing_readdirplus(fuse_req_t req, fuse_ino_t inode, size_t size, off_t offset,
                                struct fuse_file_info *file) {
  const struct directory *entries = &node_of(file->fh)->entries;
  char *answer = scratch(size);
  size_t used = 0;
  size_t index;

  (void)inode;
  for (index = directory_after(entries, (uint64_t)offset); index < entries->slot_count; index++) {
    const struct entry *found = entries->slots[index].entry;
    struct fuse_entry_param entry = entry_of(found->value);
    size_t needed = fuse_add_direntry_plus(req, answer + used, size - used, found->name, &entry,
                                           (off_t)found->cookie);

    if (needed > size - used) break;
    used += needed;
  }
  fuse_reply_buf(req, answer, used);
}

static void listing_releasedir(fuse_req_t req, fuse_ino_t inode, struct fuse_file_info *file) {
  (void)inode;
  (void)file;
  fuse_reply_err(req, 0);
}

static const struct fuse_lowlevel_ops ops = {
    .init = agree,
    .lookup = listing_lookup,
    .getattr = listing_getattr,
    .opendir = listing_opendir,
    .readdirplus = listing_readdirplus,
    .releasedir = listing_releasedir,
};

int main(int argc, char *argv[]) {
  make_tree();
  return serve(argc, argv, &ops);
}
