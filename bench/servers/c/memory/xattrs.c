/* Extended attributes. */
#include "handlers.h"
#include "node.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/xattr.h>

struct xattr {
  struct xattr *next;
  char *name;
  char *value;
  size_t size;
};

/* Others, such as those of ACLs, would seem to take effect. */
static int is_known(const char *name) {
  return strncmp(name, "user.", 5) == 0 || strncmp(name, "trusted.", 8) == 0 ||
         strncmp(name, "security.", 9) == 0;
}

/* What points to an attribute, or to the NULL where it would be. */
static struct xattr **link_to(struct node *node, const char *name) {
  struct xattr **link = &node->xattrs;
  while (*link != NULL && strcmp((*link)->name, name) != 0) link = &(*link)->next;
  return link;
}

static void free_one(struct xattr *xattr) {
  free(xattr->name);
  free(xattr->value);
  free(xattr);
}

static struct xattr *make(const char *name, const char *value, size_t size) {
  struct xattr *xattr = calloc(1, sizeof *xattr);
  if (xattr == NULL) return NULL;
  xattr->name = strdup(name);
  xattr->value = malloc(size + 1);
  xattr->size = size;
  if (xattr->name == NULL || xattr->value == NULL) {
    free_one(xattr);
    return NULL;
  }
  memcpy(xattr->value, value, size);
  return xattr;
}

static int set(struct node *node, const char *name, const char *value, size_t size, int flags) {
  if (!is_known(name)) return EOPNOTSUPP;
  struct xattr **link = link_to(node, name);
  struct xattr *old = *link;
  if (old != NULL && flags & XATTR_CREATE) return EEXIST;
  if (old == NULL && flags & XATTR_REPLACE) return ENODATA;
  struct xattr *xattr = make(name, value, size);
  if (xattr == NULL) return ENOMEM;
  if (old != NULL) {
    xattr->next = old->next;
    free_one(old);
  }
  *link = xattr;
  node_changed(node);
  return 0;
}

void handle_setxattr(fuse_req_t req, fuse_ino_t inode, const char *name, const char *value,
                     size_t size, int flags) {
  fuse_reply_err(req, set(node_of(inode), name, value, size, flags));
}

/* Size 0 asks how much there is. */
static void reply_bytes(fuse_req_t req, const char *bytes, size_t length, size_t size) {
  if (size == 0) fuse_reply_xattr(req, length);
  else if (size < length) fuse_reply_err(req, ERANGE);
  else fuse_reply_buf(req, bytes, length);
}

void handle_getxattr(fuse_req_t req, fuse_ino_t inode, const char *name, size_t size) {
  const struct xattr *xattr = *link_to(node_of(inode), name);
  if (xattr != NULL) reply_bytes(req, xattr->value, xattr->size, size);
  else fuse_reply_err(req, is_known(name) ? ENODATA : EOPNOTSUPP);
}

void handle_listxattr(fuse_req_t req, fuse_ino_t inode, size_t size) {
  const struct xattr *xattrs = node_of(inode)->xattrs;
  size_t length = 0;
  for (const struct xattr *x = xattrs; x != NULL; x = x->next) length += strlen(x->name) + 1;
  char *names = scratch(length + 1);
  char *end = names;
  for (const struct xattr *x = xattrs; x != NULL; x = x->next) end = stpcpy(end, x->name) + 1;
  reply_bytes(req, names, length, size);
}

void handle_removexattr(fuse_req_t req, fuse_ino_t inode, const char *name) {
  struct node *node = node_of(inode);
  struct xattr **link = link_to(node, name);
  struct xattr *xattr = *link;
  if (xattr == NULL) {
    fuse_reply_err(req, is_known(name) ? ENODATA : EOPNOTSUPP);
    return;
  }
  *link = xattr->next;
  free_one(xattr);
  node_changed(node);
  fuse_reply_err(req, 0);
}

void xattrs_free(struct node *node) {
  while (node->xattrs != NULL) {
    struct xattr *next = node->xattrs->next;
    free_one(node->xattrs);
    node->xattrs = next;
  }
}
