#ifndef PASSTHROUGH_HANDLERS_H
#define PASSTHROUGH_HANDLERS_H

#include "../serve.h"

#include <sys/statvfs.h>

/* names.c */
void handle_lookup(fuse_req_t, fuse_ino_t parent, const char *name);
void handle_forget(fuse_req_t, fuse_ino_t, uint64_t lookups);
void handle_forget_multi(fuse_req_t, size_t count, struct fuse_forget_data *);
void handle_readlink(fuse_req_t, fuse_ino_t);
void handle_mknod(fuse_req_t, fuse_ino_t parent, const char *name, mode_t, dev_t);
void handle_mkdir(fuse_req_t, fuse_ino_t parent, const char *name, mode_t);
void handle_symlink(fuse_req_t, const char *target, fuse_ino_t parent, const char *name);
void handle_link(fuse_req_t, fuse_ino_t, fuse_ino_t parent, const char *name);
void handle_unlink(fuse_req_t, fuse_ino_t parent, const char *name);
void handle_rmdir(fuse_req_t, fuse_ino_t parent, const char *name);
void handle_rename(fuse_req_t, fuse_ino_t from, const char *name, fuse_ino_t to,
                   const char *new_name, unsigned int flags);

/* attributes.c */
void handle_getattr(fuse_req_t, fuse_ino_t, struct fuse_file_info *);
void handle_setattr(fuse_req_t, fuse_ino_t, struct stat *, int changes, struct fuse_file_info *);
void handle_statfs(fuse_req_t, fuse_ino_t);
void handle_setxattr(fuse_req_t, fuse_ino_t, const char *name, const char *value, size_t,
                     int flags);
void handle_getxattr(fuse_req_t, fuse_ino_t, const char *name, size_t);
void handle_listxattr(fuse_req_t, fuse_ino_t, size_t);
void handle_removexattr(fuse_req_t, fuse_ino_t, const char *name);

/* files.c */
void handle_open(fuse_req_t, fuse_ino_t, struct fuse_file_info *);
void handle_create(fuse_req_t, fuse_ino_t parent, const char *name, mode_t,
                   struct fuse_file_info *);
void handle_flush(fuse_req_t, fuse_ino_t, struct fuse_file_info *);
void handle_release(fuse_req_t, fuse_ino_t, struct fuse_file_info *);
void handle_fsync(fuse_req_t, fuse_ino_t, int datasync, struct fuse_file_info *);
void handle_fallocate(fuse_req_t, fuse_ino_t, int mode, off_t offset, off_t length,
                      struct fuse_file_info *);
void handle_lseek(fuse_req_t, fuse_ino_t, off_t offset, int whence, struct fuse_file_info *);
void handle_copy_file_range(fuse_req_t, fuse_ino_t in, off_t in_offset, struct fuse_file_info *,
                            fuse_ino_t out, off_t out_offset, struct fuse_file_info *out_file,
                            size_t length, int flags);

/* data.c: through this process's memory, or through pipes inside the kernel. */
void handle_read(fuse_req_t, fuse_ino_t, size_t, off_t offset, struct fuse_file_info *);
void handle_write(fuse_req_t, fuse_ino_t, const char *data, size_t, off_t offset,
                  struct fuse_file_info *);
void handle_read_spliced(fuse_req_t, fuse_ino_t, size_t, off_t offset, struct fuse_file_info *);
void handle_write_buf(fuse_req_t, fuse_ino_t, struct fuse_bufvec *, off_t offset,
                      struct fuse_file_info *);

/* listing.c */
void handle_opendir(fuse_req_t, fuse_ino_t, struct fuse_file_info *);
void handle_readdirplus(fuse_req_t, fuse_ino_t, size_t, off_t offset, struct fuse_file_info *);
void handle_releasedir(fuse_req_t, fuse_ino_t, struct fuse_file_info *);
void handle_fsyncdir(fuse_req_t, fuse_ino_t, int datasync, struct fuse_file_info *);

#endif
