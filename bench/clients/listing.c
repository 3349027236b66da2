/*
 * listing <directory> <server>: reads the names in a directory, and those in each of its entries,
 * which are directories too. Nothing else is asked, as some filesystems tell no types.
 */
#include "measured.h"
#include <dirent.h>
#include <limits.h>

/* The number of entries; `deeper` is how far down to go from here. */
static uint64_t list(const char *directory, int deeper) {
  DIR *stream = opendir(directory);
  if (!stream) fail(directory);
  uint64_t entries = 0;
  for (;;) {
    errno = 0;
    struct dirent *entry = readdir(stream);
    if (!entry) break;
    if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..")) continue;
    entries++;
    if (deeper == 0) continue;
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/%s", directory, entry->d_name);
    entries += list(path, deeper - 1);
  }
  if (errno) fail(directory);
  closedir(stream);
  return entries;
}

int main(int argc, char **argv) {
  if (argc != 3) return 2;
  struct span span = span_of(argv[2]);
  span_begin(&span);
  uint64_t entries = list(argv[1], 1);
  span_end(&span);
  print("entries", entries);
  span_print(&span);
}
