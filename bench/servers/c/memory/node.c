#include "node.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

size_t node_count;
size_t node_limit = 1 << 20;

static struct node root;

static struct timespec now(void) {
  struct timespec time;
  clock_gettime(CLOCK_REALTIME, &time);
  return time;
}

static void start(struct node *node, mode_t mode, uid_t uid, gid_t gid) {
  static ino_t last;
  node->attr.st_ino = ++last;
  node->attr.st_mode = mode;
  node->attr.st_uid = uid;
  node->attr.st_gid = gid;
  node->attr.st_blksize = PAGE_BYTES;
  node->attr.st_atim = node->attr.st_mtim = node->attr.st_ctim = now();
  node_count++;
}

int nodes_start(void) {
  start(&root, S_IFDIR | 01777, getuid(), getgid());
  root.names = 1;
  root.parent = &root;
  return content_start();
}

struct node *node_of(fuse_ino_t inode) {
  return inode == FUSE_ROOT_ID ? &root : (struct node *)inode;
}

fuse_ino_t inode_of(const struct node *node) {
  return node == &root ? FUSE_ROOT_ID : (fuse_ino_t)(uintptr_t)node;
}

struct node *node_make(fuse_req_t req, const struct node *directory, mode_t mode) {
  const struct fuse_ctx *caller = fuse_req_ctx(req);
  int inherits = (directory->attr.st_mode & S_ISGID) != 0;
  struct node *node = node_count < node_limit ? calloc(1, sizeof *node) : NULL;
  if (node == NULL) return NULL;
  if (inherits && S_ISDIR(mode)) mode |= S_ISGID;
  start(node, mode, caller->uid, inherits ? directory->attr.st_gid : caller->gid);
  return node;
}

void node_reclaim(struct node *node) {
  if (node->names > 0 || node->lookups > 0 || node->opens > 0) return;
  content_free(&node->content);
  xattrs_free(node);
  directory_free(&node->entries);
  free(node->target);
  free(node);
  node_count--;
}

struct stat node_attributes(const struct node *node) {
  struct stat attr = node->attr;
  attr.st_nlink = node->names;
  if (S_ISDIR(attr.st_mode) && node->names > 0) attr.st_nlink = 2 + node->subdirectories;
  if (S_ISREG(attr.st_mode)) attr.st_size = node->content.size;
  attr.st_blocks = (blkcnt_t)(node->content.pages_used * (PAGE_BYTES / 512));
  return attr;
}

/* A write takes S_ISUID and S_ISGID away without a notice: execve(2) must see it at once. */
double node_attr_timeout(const struct node *node) {
  int is_special = S_ISREG(node->attr.st_mode) && node->attr.st_mode & (S_ISUID | S_ISGID);
  return is_special ? 0 : CACHE_TIMEOUT;
}

struct fuse_entry_param node_entry(struct node *node) {
  node->lookups++;
  return (struct fuse_entry_param){.ino = inode_of(node),
                                   /* An address may come again; a number does not. */
                                   .generation = node->attr.st_ino,
                                   .attr = node_attributes(node),
                                   .attr_timeout = node_attr_timeout(node),
                                   .entry_timeout = CACHE_TIMEOUT};
}

void node_accessed(struct node *node) {
  node->attr.st_atim = now();
}

void node_modified(struct node *node) {
  node->attr.st_mtim = node->attr.st_ctim = now();
}

void node_changed(struct node *node) {
  node->attr.st_ctim = now();
}

void node_written(struct node *node, uid_t uid) {
  mode_t *mode = &node->attr.st_mode;
  if (uid != 0) *mode &= ~(mode_t)(S_ISUID | (*mode & S_IXGRP ? S_ISGID : 0));
  node_modified(node);
}

static void lose_name(struct node *directory, struct node *node) {
  node->names--;
  if (S_ISDIR(node->attr.st_mode)) directory->subdirectories--;
}

int node_name(struct node *directory, const char *name, struct node *node) {
  struct node *displaced = directory_get(&directory->entries, name);
  if (directory_set(&directory->entries, name, node) != 0) return -1;
  if (displaced != NULL) lose_name(directory, displaced);
  node->names++;
  if (!S_ISDIR(node->attr.st_mode)) return 0;
  node->parent = directory;
  directory->subdirectories++;
  return 0;
}

void node_unname(struct node *directory, const char *name, struct node *node) {
  directory_delete(&directory->entries, name);
  lose_name(directory, node);
}
