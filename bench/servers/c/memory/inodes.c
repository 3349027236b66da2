/* Attributes, link targets, and the numbers of statfs(2). */
#include "handlers.h"
#include "node.h"

#include <errno.h>
#include <limits.h>
#include <sys/statvfs.h>

void handle_getattr(fuse_req_t req, fuse_ino_t inode, struct fuse_file_info *file) {
  const struct node *node = node_of(inode);
  struct stat attr = node_attributes(node);
  (void)file;
  fuse_reply_attr(req, &attr, node_attr_timeout(node));
}

void handle_setattr(fuse_req_t req, fuse_ino_t inode, struct stat *attr, int changes,
                    struct fuse_file_info *file) {
  struct node *node = node_of(inode);
  if (changes & FUSE_SET_ATTR_SIZE) {
    if (!S_ISREG(node->attr.st_mode)) {
      fuse_reply_err(req, EINVAL);
      return;
    }
    content_resize(&node->content, attr->st_size);
    node_written(node, fuse_req_ctx(req)->uid);
  }
  if (changes & (FUSE_SET_ATTR_UID | FUSE_SET_ATTR_GID) && !S_ISDIR(node->attr.st_mode)) {
    node->attr.st_mode &= ~(mode_t)(S_ISUID | (node->attr.st_mode & S_IXGRP ? S_ISGID : 0));
  }
  if (changes & FUSE_SET_ATTR_UID) node->attr.st_uid = attr->st_uid;
  if (changes & FUSE_SET_ATTR_GID) node->attr.st_gid = attr->st_gid;
  if (changes & FUSE_SET_ATTR_MODE) {
    node->attr.st_mode = (node->attr.st_mode & S_IFMT) | (attr->st_mode & ~(mode_t)S_IFMT);
  }
  node_changed(node);
  if (changes & FUSE_SET_ATTR_ATIME_NOW) node->attr.st_atim = node->attr.st_ctim;
  else if (changes & FUSE_SET_ATTR_ATIME) node->attr.st_atim = attr->st_atim;
  if (changes & FUSE_SET_ATTR_MTIME_NOW) node->attr.st_mtim = node->attr.st_ctim;
  else if (changes & FUSE_SET_ATTR_MTIME) node->attr.st_mtim = attr->st_mtim;
  handle_getattr(req, inode, file);
}

void handle_readlink(fuse_req_t req, fuse_ino_t inode) {
  struct node *node = node_of(inode);
  if (node->target == NULL) {
    fuse_reply_err(req, EINVAL);
    return;
  }
  node_accessed(node);
  fuse_reply_readlink(req, node->target);
}

void handle_statfs(fuse_req_t req, fuse_ino_t inode) {
  size_t free = pages_limit - pages_used;
  size_t free_nodes = node_limit - node_count;
  struct statvfs numbers = {.f_bsize = PAGE_BYTES,
                            .f_frsize = PAGE_BYTES,
                            .f_blocks = pages_limit,
                            .f_bfree = free,
                            .f_bavail = free,
                            .f_files = node_limit,
                            .f_ffree = free_nodes,
                            .f_favail = free_nodes,
                            .f_namemax = NAME_MAX};
  (void)inode;
  fuse_reply_statfs(req, &numbers);
}
