/* The data of files. */
#define _GNU_SOURCE
#include "handlers.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/uio.h>
#include <unistd.h>

void handle_read(fuse_req_t req, fuse_ino_t inode, size_t size, off_t offset,
                 struct fuse_file_info *file) {
  (void)inode;
  char *bytes = scratch(size);
  ssize_t count = pread((int)file->fh, bytes, size, offset);
  if (count == -1) fuse_reply_err(req, errno);
  else fuse_reply_buf(req, bytes, (size_t)count);
}

/* At the file's end as the source knows it, so that nothing that others append is lost. */
static ssize_t append(int fd, const char *data, size_t size) {
  struct iovec part = {.iov_base = (char *)data, .iov_len = size};
  return pwritev2(fd, &part, 1, 0, RWF_APPEND);
}

void handle_write(fuse_req_t req, fuse_ino_t inode, const char *data, size_t size, off_t offset,
                  struct fuse_file_info *file) {
  int fd = (int)file->fh;
  size_t done = 0;
  (void)inode;
  while (done < size) {
    ssize_t count = file->flags & O_APPEND
                        ? append(fd, data + done, size - done)
                        : pwrite(fd, data + done, size - done, offset + (off_t)done);
    if (count == -1 && done == 0) {
      fuse_reply_err(req, errno);
      return;
    }
    if (count <= 0) break;
    done += (size_t)count;
  }
  fuse_reply_write(req, done);
}

static struct fuse_bufvec part_of_file(int fd, size_t size, off_t offset) {
  struct fuse_bufvec part = FUSE_BUFVEC_INIT(size);
  part.buf[0].flags = FUSE_BUF_IS_FD | FUSE_BUF_FD_SEEK;
  part.buf[0].fd = fd;
  part.buf[0].pos = offset;
  return part;
}

void handle_read_spliced(fuse_req_t req, fuse_ino_t inode, size_t size, off_t offset,
                         struct fuse_file_info *file) {
  struct fuse_bufvec source = part_of_file((int)file->fh, size, offset);
  (void)inode;
  fuse_reply_data(req, &source, FUSE_BUF_SPLICE_MOVE);
}

void handle_write_buf(fuse_req_t req, fuse_ino_t inode, struct fuse_bufvec *data, off_t offset,
                      struct fuse_file_info *file) {
  struct fuse_bufvec target = part_of_file((int)file->fh, fuse_buf_size(data), offset);
  (void)inode;
  ssize_t count = fuse_buf_copy(&target, data, 0);
  if (count < 0) fuse_reply_err(req, (int)-count);
  else fuse_reply_write(req, (size_t)count);
}
