#ifndef PASSTHROUGH_INODES_H
#define PASSTHROUGH_INODES_H

#include "../serve.h"

#include <sys/types.h>

/* Room for the path that leads to what a descriptor holds. */
enum { PATH_ROOM = 64 };

/* Opens the directory to mirror. Returns 0 or -errno, as all functions here. */
int inodes_start(const char *source);

/* The O_PATH descriptor of an inode; it lives until the kernel has forgotten the inode. */
int fd_of(fuse_ino_t inode);

/* Writes the path of a descriptor into `path`, and returns it. */
const char *path_of(int fd, char path[PATH_ROOM]);

/* Finds a name, a symbolic link itself too, and counts a lookup of what it stands for. */
int find_child(fuse_ino_t parent, const char *name, struct fuse_entry_param *entry);

/* Takes a new O_PATH descriptor over, and counts a lookup of its inode. */
int find_opened(int fd, struct fuse_entry_param *entry);

void forget_inode(fuse_ino_t inode, uint64_t lookups);

#endif
