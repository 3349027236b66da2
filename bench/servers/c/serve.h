#ifndef SERVE_H
#define SERVE_H

#define FUSE_USE_VERSION 312
#include <fuse3/fuse_lowlevel.h>

/* What follows the program's name: <mountpoint> <loop | loop-mt | splice> [argument]. */
enum { ARGUMENT = 3 };

/* As many requests at a time as the servers in TypeScript have tasks. */
enum { MOST_THREADS = 99 };

/* An init that agrees with the kernel on what the servers in TypeScript agree on. */
void agree(void *userdata, struct fuse_conn_info *conn);

/* Mounts, and serves in the foreground until unmounted; returns the program's status. */
int serve(int argc, char *argv[], const struct fuse_lowlevel_ops *ops);

/* Whether data shall go through pipes inside the kernel. */
int wants_splice(int argc, char *argv[]);

/* Memory for one answer, of this thread and until its next call; the program ends without it. */
char *scratch(size_t size);

#endif
