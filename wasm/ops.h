/*
 * Every operation of libfuse's struct fuse_lowlevel_ops, with its parameters. Each is an import of
 * the module: libfuse calls the host with no C in between. Included with OP(name, parameters)
 * defined; ops.c checks that no member of the struct is missing here.
 */
OP(init, (void *userdata, struct fuse_conn_info *conn))
OP(destroy, (void *userdata))
OP(lookup, (fuse_req_t req, fuse_ino_t parent, const char *name))
OP(forget, (fuse_req_t req, fuse_ino_t ino, uint64_t nlookup))
OP(getattr, (fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi))
OP(setattr,
   (fuse_req_t req, fuse_ino_t ino, struct stat *attr, int to_set, struct fuse_file_info *fi))
OP(readlink, (fuse_req_t req, fuse_ino_t ino))
OP(mknod, (fuse_req_t req, fuse_ino_t parent, const char *name, mode_t mode, dev_t rdev))
OP(mkdir, (fuse_req_t req, fuse_ino_t parent, const char *name, mode_t mode))
OP(unlink, (fuse_req_t req, fuse_ino_t parent, const char *name))
OP(rmdir, (fuse_req_t req, fuse_ino_t parent, const char *name))
OP(symlink, (fuse_req_t req, const char *link, fuse_ino_t parent, const char *name))
OP(rename, (fuse_req_t req, fuse_ino_t parent, const char *name, fuse_ino_t newparent,
            const char *newname, unsigned int flags))
OP(link, (fuse_req_t req, fuse_ino_t ino, fuse_ino_t newparent, const char *newname))
OP(open, (fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi))
OP(read, (fuse_req_t req, fuse_ino_t ino, size_t size, off_t off, struct fuse_file_info *fi))
OP(write, (fuse_req_t req, fuse_ino_t ino, const char *buf, size_t size, off_t off,
           struct fuse_file_info *fi))
OP(flush, (fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi))
OP(release, (fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi))
OP(fsync, (fuse_req_t req, fuse_ino_t ino, int datasync, struct fuse_file_info *fi))
OP(opendir, (fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi))
OP(readdir, (fuse_req_t req, fuse_ino_t ino, size_t size, off_t off, struct fuse_file_info *fi))
OP(releasedir, (fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi))
OP(fsyncdir, (fuse_req_t req, fuse_ino_t ino, int datasync, struct fuse_file_info *fi))
OP(statfs, (fuse_req_t req, fuse_ino_t ino))
OP(setxattr, (fuse_req_t req, fuse_ino_t ino, const char *name, const char *value, size_t size,
              int flags))
OP(getxattr, (fuse_req_t req, fuse_ino_t ino, const char *name, size_t size))
OP(listxattr, (fuse_req_t req, fuse_ino_t ino, size_t size))
OP(removexattr, (fuse_req_t req, fuse_ino_t ino, const char *name))
OP(access, (fuse_req_t req, fuse_ino_t ino, int mask))
OP(create,
   (fuse_req_t req, fuse_ino_t parent, const char *name, mode_t mode, struct fuse_file_info *fi))
OP(getlk, (fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi, struct flock *lock))
OP(setlk,
   (fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi, struct flock *lock, int sleep))
OP(bmap, (fuse_req_t req, fuse_ino_t ino, size_t blocksize, uint64_t idx))
OP(ioctl, (fuse_req_t req, fuse_ino_t ino, unsigned int cmd, void *arg, struct fuse_file_info *fi,
           unsigned flags, const void *in_buf, size_t in_bufsz, size_t out_bufsz))
OP(poll, (fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi, struct fuse_pollhandle *ph))
OP(write_buf, (fuse_req_t req, fuse_ino_t ino, struct fuse_bufvec *bufv, off_t off,
               struct fuse_file_info *fi))
OP(retrieve_reply,
   (fuse_req_t req, void *cookie, fuse_ino_t ino, off_t offset, struct fuse_bufvec *bufv))
OP(forget_multi, (fuse_req_t req, size_t count, struct fuse_forget_data *forgets))
OP(flock, (fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi, int op))
OP(fallocate, (fuse_req_t req, fuse_ino_t ino, int mode, off_t offset, off_t length,
               struct fuse_file_info *fi))
OP(readdirplus, (fuse_req_t req, fuse_ino_t ino, size_t size, off_t off, struct fuse_file_info *fi))
OP(copy_file_range, (fuse_req_t req, fuse_ino_t ino_in, off_t off_in, struct fuse_file_info *fi_in,
                     fuse_ino_t ino_out, off_t off_out, struct fuse_file_info *fi_out, size_t len,
                     int flags))
OP(lseek, (fuse_req_t req, fuse_ino_t ino, off_t off, int whence, struct fuse_file_info *fi))
OP(tmpfile, (fuse_req_t req, fuse_ino_t parent, mode_t mode, struct fuse_file_info *fi))
