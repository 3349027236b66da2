/* Directories. */
#include "handlers.h"
#include "node.h"

enum { DOT = 1, DOT_DOT = 2 };

struct answer {
  fuse_req_t req;
  char *bytes;
  size_t size;
  size_t used;
};

/* Whether an entry has fitted in; counts a lookup, but for the two names that every directory has.
 */
static int add(struct answer *answer, const char *name, struct node *node, uint64_t cookie) {
  struct fuse_entry_param entry = node_entry(node);
  size_t room = answer->size - answer->used;
  size_t needed = fuse_add_direntry_plus(answer->req, answer->bytes + answer->used, room, name,
                                         &entry, (off_t)cookie);
  if (needed > room || cookie <= DOT_DOT) node->lookups--;
  if (needed > room) return 0;
  answer->used += needed;
  return 1;
}

static void fill(struct answer *answer, struct node *directory, uint64_t cookie) {
  const struct directory *entries = &directory->entries;
  if (cookie < DOT && !add(answer, ".", directory, DOT)) return;
  if (cookie < DOT_DOT && !add(answer, "..", directory->parent, DOT_DOT)) return;
  uint64_t after = cookie < DOT_DOT ? 0 : cookie - DOT_DOT;
  for (size_t i = directory_after(entries, after); i < entries->slot_count; i++) {
    const struct entry *entry = entries->slots[i].entry;
    if (entry == NULL) continue;
    if (!add(answer, entry->name, entry->value, entry->cookie + DOT_DOT)) return;
  }
}

void handle_opendir(fuse_req_t req, fuse_ino_t inode, struct fuse_file_info *file) {
  struct node *directory = node_of(inode);
  directory->opens++;
  file->fh = (uintptr_t)directory;
  fuse_reply_open(req, file);
}

void handle_readdirplus(fuse_req_t req, fuse_ino_t inode, size_t size, off_t offset,
                        struct fuse_file_info *file) {
  struct node *directory = (struct node *)(uintptr_t)file->fh;
  struct answer answer = {.req = req, .bytes = scratch(size), .size = size};
  (void)inode;
  node_accessed(directory);
  fill(&answer, directory, (uint64_t)offset);
  fuse_reply_buf(req, answer.bytes, answer.used);
}
