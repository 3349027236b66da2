#include "content.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FIRST_PAGES = 4 };

size_t pages_used;
size_t pages_limit;

int content_start(void) {
  long pages = sysconf(_SC_PHYS_PAGES);
  pages_limit = (size_t)pages / 2;
  return pages > 0 ? 0 : -1;
}

static size_t smaller(size_t a, size_t b) {
  return a < b ? a : b;
}

static size_t page_count(off_t size) {
  return ((size_t)size + PAGE_BYTES - 1) / PAGE_BYTES;
}

static char *page_at(const struct content *content, size_t index) {
  return index < content->page_room ? content->pages[index] : NULL;
}

size_t content_read(const struct content *content, char *into, size_t size, off_t offset) {
  if (offset >= content->size) return 0;
  size = smaller(size, (size_t)(content->size - offset));
  for (size_t done = 0; done < size;) {
    size_t at = (size_t)offset + done;
    size_t length = smaller(PAGE_BYTES - at % PAGE_BYTES, size - done);
    const char *page = page_at(content, at / PAGE_BYTES);
    if (page == NULL) memset(into + done, 0, length);
    else memcpy(into + done, page + at % PAGE_BYTES, length);
    done += length;
  }
  return size;
}

static int grow(struct content *content, size_t pages) {
  size_t room = content->page_room == 0 ? FIRST_PAGES : content->page_room;
  while (room < pages) room *= 2;
  if (room == content->page_room) return 0;
  char **grown = realloc(content->pages, room * sizeof *grown);
  if (grown == NULL) return ENOMEM;
  memset(grown + content->page_room, 0, (room - content->page_room) * sizeof *grown);
  content->pages = grown;
  content->page_room = room;
  return 0;
}

/* Makes the holes of a range pages; those that will be written as a whole with anything in them. */
static int fill_holes(struct content *content, size_t size, off_t offset) {
  size_t first = (size_t)offset / PAGE_BYTES;
  size_t end = page_count(offset + (off_t)size);
  int error = grow(content, end);
  for (size_t index = first; error == 0 && index < end; index++) {
    if (content->pages[index] != NULL) continue;
    int is_whole =
        index * PAGE_BYTES >= (size_t)offset && (index + 1) * PAGE_BYTES <= (size_t)offset + size;
    if (pages_used == pages_limit) return ENOSPC;
    char *page = is_whole ? malloc(PAGE_BYTES) : calloc(1, PAGE_BYTES);
    if (page == NULL) return ENOMEM;
    content->pages[index] = page;
    content->pages_used++;
    pages_used++;
  }
  return error;
}

int content_write(struct content *content, const char *data, size_t size, off_t offset) {
  int error = fill_holes(content, size, offset);
  if (error != 0) return error;
  for (size_t done = 0; done < size;) {
    size_t at = (size_t)offset + done;
    size_t length = smaller(PAGE_BYTES - at % PAGE_BYTES, size - done);
    memcpy(content->pages[at / PAGE_BYTES] + at % PAGE_BYTES, data + done, length);
    done += length;
  }
  if (offset + (off_t)size > content->size) content->size = offset + (off_t)size;
  return 0;
}

void content_resize(struct content *content, off_t size) {
  for (size_t index = page_count(size); index < content->page_room; index++) {
    if (content->pages[index] == NULL) continue;
    free(content->pages[index]);
    content->pages[index] = NULL;
    content->pages_used--;
    pages_used--;
  }
  /* Bytes beyond the size are zeros, so that a file that grows shows zeros. */
  char *last = page_at(content, (size_t)size / PAGE_BYTES);
  if (last != NULL) memset(last + size % PAGE_BYTES, 0, PAGE_BYTES - (size_t)size % PAGE_BYTES);
  content->size = size;
}

void content_free(struct content *content) {
  content_resize(content, 0);
  free(content->pages);
  content->pages = NULL;
  content->page_room = 0;
}
