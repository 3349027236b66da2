#ifndef MEMORY_CONTENT_H
#define MEMORY_CONTENT_H

#include <stddef.h>
#include <sys/types.h>

/* The unit in which files take memory. */
enum { PAGE_BYTES = 4096 };

/* The bytes of a file. A page that was never written is a hole: NULL, and reads as zeros. */
struct content {
  char **pages;
  size_t page_room;
  size_t pages_used;
  off_t size;
};

/* Pages of all files, and how many there may be: half of the memory, as in tmpfs. */
extern size_t pages_used;
extern size_t pages_limit;

int content_start(void);

/* Fills `into` from `offset` on; returns how many bytes there were. */
size_t content_read(const struct content *content, char *into, size_t size, off_t offset);

/* Returns 0 or an errno; then nothing was written. */
int content_write(struct content *content, const char *data, size_t size, off_t offset);

/* Cuts the content, or extends it by a hole. */
void content_resize(struct content *content, off_t size);

void content_free(struct content *content);

#endif
