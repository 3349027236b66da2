/* listing <directory> <server>: reads a directory and those in it, names and types only. */
#include "measured.h"
#include <dirent.h>
#include <limits.h>

static uint64_t list(const char *directory) {
  DIR *stream = opendir(directory);
  if (!stream) fail(directory);
  uint64_t entries = 0;
  for (;;) {
    errno = 0;
    struct dirent *entry = readdir(stream);
    if (!entry) break;
    if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..")) continue;
    entries++;
    if (entry->d_type != DT_DIR) continue;
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/%s", directory, entry->d_name);
    entries += list(path);
  }
  if (errno) fail(directory);
  closedir(stream);
  return entries;
}

int main(int argc, char **argv) {
  if (argc != 3) return 2;
  struct span span = span_of(argv[2]);
  span_begin(&span);
  uint64_t entries = list(argv[1]);
  span_end(&span);
  print("entries", entries);
  span_print(&span);
}
