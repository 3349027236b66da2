#include "directory.h"

#include <stdlib.h>
#include <string.h>

/* Fewer removed entries than this are not worth a rebuild of the list. */
enum { FEW = 32, FIRST_ROOM = 8 };

static struct entry **bucket_of(const struct directory *directory, const char *name) {
  uint32_t hash = 2166136261u;

  for (; *name != '\0'; name++) hash = (hash ^ (unsigned char)*name) * 16777619u;
  return &directory->buckets[hash & (directory->bucket_count - 1)];
}

/* What points to the entry of a name, or to the NULL where it would be. */
static struct entry **link_to(const struct directory *directory, const char *name) {
  struct entry **link = bucket_of(directory, name);

  while (*link != NULL && strcmp((*link)->name, name) != 0) link = &(*link)->next;
  return link;
}

void *directory_get(const struct directory *directory, const char *name) {
  struct entry *entry;

  if (directory->count == 0) return NULL;
  entry = *link_to(directory, name);
  return entry == NULL ? NULL : entry->value;
}

/* Twice as many buckets, so that each has one entry or so. */
static int grow_buckets(struct directory *directory) {
  struct directory grown = {0};
  size_t index;

  grown.bucket_count = directory->bucket_count == 0 ? FIRST_ROOM : directory->bucket_count * 2;
  grown.buckets = calloc(grown.bucket_count, sizeof *grown.buckets);
  if (grown.buckets == NULL) return -1;
  for (index = 0; index < directory->slot_count; index++) {
    struct entry *entry = directory->slots[index].entry;
    struct entry **bucket;

    if (entry == NULL) continue;
    bucket = bucket_of(&grown, entry->name);
    entry->next = *bucket;
    *bucket = entry;
  }
  free(directory->buckets);
  directory->buckets = grown.buckets;
  directory->bucket_count = grown.bucket_count;
  return 0;
}

static int grow_slots(struct directory *directory) {
  size_t room = directory->slot_room == 0 ? FIRST_ROOM : directory->slot_room * 2;
  struct slot *slots = realloc(directory->slots, room * sizeof *slots);

  if (slots == NULL) return -1;
  directory->slots = slots;
  directory->slot_room = room;
  return 0;
}

int directory_set(struct directory *directory, const char *name, void *value) {
  struct entry *entry = directory->count == 0 ? NULL : *link_to(directory, name);
  struct entry **bucket;

  if (entry != NULL) {
    entry->value = value;
    return 0;
  }
  if (directory->count == directory->bucket_count && grow_buckets(directory) != 0) return -1;
  if (directory->slot_count == directory->slot_room && grow_slots(directory) != 0) return -1;
  entry = malloc(sizeof *entry);
  if (entry == NULL) return -1;
  entry->name = strdup(name);
  if (entry->name == NULL) {
    free(entry);
    return -1;
  }
  entry->value = value;
  entry->cookie = ++directory->last_cookie;
  bucket = bucket_of(directory, name);
  entry->next = *bucket;
  *bucket = entry;
  directory->slots[directory->slot_count].cookie = entry->cookie;
  directory->slots[directory->slot_count].entry = entry;
  directory->slot_count++;
  directory->count++;
  return 0;
}

static void drop_empty_slots(struct directory *directory) {
  size_t kept = 0;
  size_t index;

  for (index = 0; index < directory->slot_count; index++) {
    if (directory->slots[index].entry != NULL) directory->slots[kept++] = directory->slots[index];
  }
  directory->slot_count = kept;
}

void directory_delete(struct directory *directory, const char *name) {
  struct entry **link;
  struct entry *entry;
  size_t removed;

  if (directory->count == 0) return;
  link = link_to(directory, name);
  entry = *link;
  if (entry == NULL) return;
  *link = entry->next;
  directory->slots[directory_after(directory, entry->cookie - 1)].entry = NULL;
  directory->count--;
  free(entry->name);
  free(entry);
  removed = directory->slot_count - directory->count;
  if (removed > FEW && removed > directory->count) drop_empty_slots(directory);
}

size_t directory_after(const struct directory *directory, uint64_t cookie) {
  size_t low = 0;
  size_t high = directory->slot_count;

  while (low < high) {
    size_t middle = low + (high - low) / 2;

    if (directory->slots[middle].cookie <= cookie) low = middle + 1;
    else high = middle;
  }
  return low;
}

void directory_free(struct directory *directory) {
  size_t index;

  for (index = 0; index < directory->slot_count; index++) {
    struct entry *entry = directory->slots[index].entry;

    if (entry == NULL) continue;
    free(entry->name);
    free(entry);
  }
  free(directory->slots);
  free(directory->buckets);
  memset(directory, 0, sizeof *directory);
}
