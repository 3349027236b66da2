#ifndef MEMORY_NODE_H
#define MEMORY_NODE_H

#include "../directory.h"
#include "../serve.h"
#include "content.h"

#include <sys/stat.h>

/* Seconds: every change passes through the kernel, which then drops what it knew by itself. */
#define CACHE_TIMEOUT 86400.0

/* An inode. It lives while a name, the kernel or an open handle refers to it. */
struct node {
  /* As stat(2) shows it, but for size and blocks of a file, and the links of a directory. */
  struct stat attr;
  /* Directory entries that name the inode. */
  size_t names;
  uint64_t lookups;
  size_t opens;
  struct xattr *xattrs;
  /* Of a directory. */
  struct directory entries;
  struct node *parent;
  size_t subdirectories;
  /* Of a file. */
  struct content content;
  /* Of a symbolic link. */
  char *target;
};

/* Makes the root. -1 without memory, else 0. */
int nodes_start(void);

struct node *node_of(fuse_ino_t inode);
fuse_ino_t inode_of(const struct node *node);

/* For the caller of a request, in a directory; NULL without room. */
struct node *node_make(fuse_req_t req, const struct node *directory, mode_t mode);

/* Frees the extended attributes. */
void xattrs_free(struct node *node);

/* Frees an inode that has lost its last name, lookup or handle. */
void node_reclaim(struct node *node);

struct stat node_attributes(const struct node *node);
double node_attr_timeout(const struct node *node);

/* What the kernel is told of an inode that it then knows: counts a lookup. */
struct fuse_entry_param node_entry(struct node *node);

/* Notes the time of a read, of a change of the data, of a change of the inode. */
void node_accessed(struct node *node);
void node_modified(struct node *node);
void node_changed(struct node *node);

/* The data was changed by a user: all but root's change ends what the file could do for others. */
void node_written(struct node *node, uid_t uid);

/* Gives a name in a directory to a node. -1 without memory, else 0. */
int node_name(struct node *directory, const char *name, struct node *node);
void node_unname(struct node *directory, const char *name, struct node *node);

/* How many there are, and may be. */
extern size_t node_count;
extern size_t node_limit;

#endif
