#ifndef DIRECTORY_H
#define DIRECTORY_H

#include <stddef.h>
#include <stdint.h>

/* A name, and what it stands for. */
struct entry {
  char *name;
  void *value;
  /* Its place among the slots. */
  uint64_t cookie;
  /* The next one whose name falls into the same bucket. */
  struct entry *next;
};

/* A place in the order of listing; the entry is NULL once the name is removed. */
struct slot {
  uint64_t cookie;
  struct entry *entry;
};

/*
 * Names found by hash and listed in the order in which they came. A cookie is given once, and
 * ascending, so that a listing goes on after it whatever was removed. All zeros is an empty one.
 */
struct directory {
  struct entry **buckets;
  size_t bucket_count;
  size_t count;
  struct slot *slots;
  size_t slot_count;
  size_t slot_room;
  uint64_t last_cookie;
};

/* NULL when there is no such name. */
void *directory_get(const struct directory *directory, const char *name);

/* Adds a name at the end, or gives it a new value where it is. -1 without memory, else 0. */
int directory_set(struct directory *directory, const char *name, void *value);

void directory_delete(struct directory *directory, const char *name);

/* Index of the first slot after a cookie. */
size_t directory_after(const struct directory *directory, uint64_t cookie);

void directory_free(struct directory *directory);

#endif
