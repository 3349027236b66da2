#ifndef MEMORY_HANDLERS_H
#define MEMORY_HANDLERS_H

#include "../serve.h"

/* names.c */
void handle_lookup(fuse_req_t, fuse_ino_t parent, const char *name);
void handle_forget(fuse_req_t, fuse_ino_t, uint64_t lookups);
void handle_forget_multi(fuse_req_t, size_t count, struct fuse_forget_data *);
void handle_mknod(fuse_req_t, fuse_ino_t parent, const char *name, mode_t, dev_t);
void handle_mkdir(fuse_req_t, fuse_ino_t parent, const char *name, mode_t);
void handle_symlink(fuse_req_t, const char *target, fuse_ino_t parent, const char *name);
void handle_create(fuse_req_t, fuse_ino_t parent, const char *name, mode_t,
                   struct fuse_file_info *);
void handle_link(fuse_req_t, fuse_ino_t, fuse_ino_t parent, const char *name);
void handle_unlink(fuse_req_t, fuse_ino_t parent, const char *name);
void handle_rmdir(fuse_req_t, fuse_ino_t parent, const char *name);

/* rename.c */
void handle_rename(fuse_req_t, fuse_ino_t from, const char *name, fuse_ino_t to,
                   const char *new_name, unsigned int flags);

/* inodes.c */
void handle_getattr(fuse_req_t, fuse_ino_t, struct fuse_file_info *);
void handle_setattr(fuse_req_t, fuse_ino_t, struct stat *, int changes, struct fuse_file_info *);
void handle_readlink(fuse_req_t, fuse_ino_t);
void handle_statfs(fuse_req_t, fuse_ino_t);

/* files.c */
void handle_open(fuse_req_t, fuse_ino_t, struct fuse_file_info *);
void handle_read(fuse_req_t, fuse_ino_t, size_t, off_t offset, struct fuse_file_info *);
void handle_write(fuse_req_t, fuse_ino_t, const char *data, size_t, off_t offset,
                  struct fuse_file_info *);
void handle_release(fuse_req_t, fuse_ino_t, struct fuse_file_info *);

/* listing.c */
void handle_opendir(fuse_req_t, fuse_ino_t, struct fuse_file_info *);
void handle_readdirplus(fuse_req_t, fuse_ino_t, size_t, off_t offset, struct fuse_file_info *);

/* xattrs.c */
void handle_setxattr(fuse_req_t, fuse_ino_t, const char *name, const char *value, size_t,
                     int flags);
void handle_getxattr(fuse_req_t, fuse_ino_t, const char *name, size_t);
void handle_listxattr(fuse_req_t, fuse_ino_t, size_t);
void handle_removexattr(fuse_req_t, fuse_ino_t, const char *name);

#endif
