#pragma once

#include <fuse_lowlevel.h>
#include <limits.h>
#include <sys/statvfs.h>

/* Where the host writes one reply before the call that sends it; libfuse copies it at once. */
struct fw_scratch {
  struct fuse_entry_param entry;
  struct fuse_file_info file;
  struct statvfs statvfs;
  struct flock lock;
  /* A directory entry's name; longer than any the kernel takes. */
  char name[PATH_MAX];
};
void *fw_scratch(void);

/* Writes attributes; `size` and `blocks` are integers, times in nanoseconds since 1970. */
void fw_put_stat(struct stat *stat, uint64_t ino, uint32_t mode, uint32_t nlink, uint32_t uid,
                 uint32_t gid, uint32_t rdev, double size, uint32_t blksize, double blocks,
                 int64_t atime, int64_t mtime, int64_t ctime);

/*
 * fuse_add_direntry, or with attributes fuse_add_direntry_plus. The offset comes in halves: mostly
 * it is a number in JavaScript, and to make a bigint of it there costs as much as the entry.
 */
size_t fw_add_entry(fuse_req_t req, char *buffer, size_t size, const char *name,
                    const struct fuse_entry_param *entry, int has_attributes, uint32_t low,
                    uint32_t high);

/*
 * A session from `count` NUL-terminated arguments in `block`, the first being the program's name;
 * NULL after libfuse has logged why. The caller owns both. One session a module instance.
 */
struct fuse_session *fw_session_new(char *block, int count);

/* Mount, and take the device into use: 0 or -errno. */
int fw_session_mount(struct fuse_session *session, const char *mountpoint);

/*
 * Serve a connection beside the session whose device is `fd`: over a clone of it, or, where
 * /dev/fuse can't be opened, over the same device. 0 or -errno.
 */
int fw_session_clone(struct fuse_session *session, int fd);

/*
 * Take the device `fd`, which the session then owns, for fw_session_refuse: 0 or -errno.
 */
int fw_session_adopt(struct fuse_session *session, int fd);

/* Answer the next request within `timeout` ms with EIO, as libfuse does before INIT. */
void fw_session_refuse(struct fuse_session *session, struct fuse_buf *buf, int timeout);

/* For the init operation: what the options say about the connection. */
void fw_apply_connection_options(struct fuse_conn_info *conn);

/* Whether the connection has not been ended, by unmounting or otherwise. */
int fw_session_is_alive(struct fuse_session *session);

/* Bytes that a request may need. */
size_t fw_session_bufsize(struct fuse_session *session);

/* Have the INIT in `buf` processed for the sake of the init operation: nothing is answered. */
void fw_session_try_init(struct fuse_session *session, struct fuse_buf *buf);

/* libfuse's verdict on why the session ended: 0 or -errno. */
int fw_session_error(struct fuse_session *session);

/*
 * Buffers for one request each, page-aligned, in few pieces: memory that no request has come to is
 * never touched. NULL without memory. The caller owns them.
 */
struct fuse_buf *fw_bufs_new(size_t count, size_t size);
void fw_bufs_free(struct fuse_buf *bufs);

/* Report an interrupt of this request, at once if it has come already. */
void fw_watch_interrupt(fuse_req_t req);

/*
 * Forget the interrupts of requests that this session does not have; returns how many there were.
 * Of several sessions on one connection, another one may have them.
 */
int fw_drop_interrupts(struct fuse_session *session);

/*
 * From here on the memory does not grow, so that no view of it is detached while a handler holds
 * one; an allocation that does not fit fails with ENOMEM.
 */
void fw_seal_memory(int sealed);
