/* Open files. The handle is the inode, which stays while it is open. */
#define _GNU_SOURCE
#include "handlers.h"
#include "node.h"

#include <errno.h>
#include <fcntl.h>

static struct node *opened(struct fuse_file_info *file) {
  return (struct node *)(uintptr_t)file->fh;
}

void handle_open(fuse_req_t req, fuse_ino_t inode, struct fuse_file_info *file) {
  struct node *node = node_of(inode);
  if (!S_ISREG(node->attr.st_mode)) {
    fuse_reply_err(req, EINVAL);
    return;
  }
  if (file->flags & O_TRUNC) {
    content_resize(&node->content, 0);
    node_written(node, fuse_req_ctx(req)->uid);
  }
  node->opens++;
  file->fh = (uintptr_t)node;
  file->keep_cache = 1;
  fuse_reply_open(req, file);
}

void handle_read(fuse_req_t req, fuse_ino_t inode, size_t size, off_t offset,
                 struct fuse_file_info *file) {
  struct node *node = opened(file);
  char *bytes = scratch(size);
  (void)inode;
  if ((file->flags & O_NOATIME) == 0) node_accessed(node);
  fuse_reply_buf(req, bytes, content_read(&node->content, bytes, size, offset));
}

/* The kernel has turned O_APPEND into the offset of the end. */
void handle_write(fuse_req_t req, fuse_ino_t inode, const char *data, size_t size, off_t offset,
                  struct fuse_file_info *file) {
  struct node *node = opened(file);
  int error = content_write(&node->content, data, size, offset);
  (void)inode;
  if (error != 0) {
    fuse_reply_err(req, error);
    return;
  }
  node_written(node, fuse_req_ctx(req)->uid);
  fuse_reply_write(req, size);
}

void handle_release(fuse_req_t req, fuse_ino_t inode, struct fuse_file_info *file) {
  struct node *node = opened(file);
  (void)inode;
  node->opens--;
  node_reclaim(node);
  fuse_reply_err(req, 0);
}
