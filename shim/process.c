/*
 * Who the process is, and the programs it runs.
 */
#define _GNU_SOURCE

#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "abi.h"
#include "shim.h"

/* A block's strings, each ended by NUL, as a NULL-ended array to be freed; NULL if it fails. */
static char **strings_of(const struct memory *memory, int64_t offset, int64_t size) {
  uint32_t length = size;
  char *block = memory_at(memory, offset, size);
  if (block == NULL || (length > 0 && block[length - 1] != '\0')) return NULL;
  size_t count = 0;
  for (uint32_t i = 0; i < length; i++) count += block[i] == '\0';
  char **list = calloc(count + 1, sizeof(char *));
  if (list == NULL) return NULL;
  char *next = block;
  for (size_t i = 0; i < count; i++, next += strlen(next) + 1) list[i] = next;
  return list;
}

static int add_actions(const struct memory *memory, posix_spawn_file_actions_t *to, int64_t offset,
                       uint32_t count) {
  if (count > memory->size / sizeof(struct abi_spawn_action)) return EFAULT;
  const struct abi_spawn_action *action = memory_at(memory, offset, count * sizeof(*action));
  if (action == NULL) return EFAULT;
  for (int error = 0; count > 0; count--, action++) {
    if (action->kind == ABI_SPAWN_CLOSE) {
      error = posix_spawn_file_actions_addclose(to, action->fd);
    } else if (action->kind == ABI_SPAWN_INHERIT) {
      error = posix_spawn_file_actions_adddup2(to, action->source, action->fd);
    } else if (action->kind == ABI_SPAWN_OPEN) {
      const char *path = memory_string(memory, action->path, action->path_length);
      if (path == NULL) return EFAULT;
      error = posix_spawn_file_actions_addopen(to, action->fd, path, action->flags, action->mode);
    } else {
      return EINVAL;
    }
    if (error != 0) return error;
  }
  return 0;
}

/*
 * (file, length, search path, argv block, size, environment block, size, actions, count): the pid.
 */
static int64_t call_spawn(const struct memory *memory, const int64_t *a) {
  const char *file = memory_string(memory, a[0], a[1]);
  char **argv = strings_of(memory, a[3], a[4]);
  char **env = strings_of(memory, a[5], a[6]);
  posix_spawn_file_actions_t actions;
  pid_t pid = -1;
  int error = posix_spawn_file_actions_init(&actions);
  if (error == 0) {
    if (file == NULL || argv == NULL || env == NULL) error = EFAULT;
    if (error == 0) error = add_actions(memory, &actions, a[7], a[8]);
    if (error == 0) {
      error = a[2] ? posix_spawnp(&pid, file, &actions, NULL, argv, env)
                   : posix_spawn(&pid, file, &actions, NULL, argv, env);
    }
    posix_spawn_file_actions_destroy(&actions);
  }
  free(argv);
  free(env);
  return error == 0 ? pid : -error;
}

/* (pid, status out, options) */
static int64_t call_waitpid(const struct memory *memory, const int64_t *a) {
  int *status = memory_at(memory, a[1], sizeof(int));
  pid_t pid;
  if (status == NULL) return -EFAULT;
  do {
    pid = waitpid(a[0], status, a[2]);
  } while (pid == -1 && errno == EINTR);
  return result_of(pid);
}

/* (pid of one process, signal) */
static int64_t call_kill(const struct memory *memory, const int64_t *a) {
  (void)memory;
  return a[0] > 0 ? result_of(kill(a[0], a[1])) : -EINVAL;
}

static int64_t call_getuid(const struct memory *memory, const int64_t *a) {
  (void)memory, (void)a;
  return getuid();
}

static int64_t call_geteuid(const struct memory *memory, const int64_t *a) {
  (void)memory, (void)a;
  return geteuid();
}

static int64_t call_getgid(const struct memory *memory, const int64_t *a) {
  (void)memory, (void)a;
  return getgid();
}

static int64_t call_page_size(const struct memory *memory, const int64_t *a) {
  (void)memory, (void)a;
  return sysconf(_SC_PAGESIZE);
}

/* (errno, text out, size): the C library's text for an error, cut to size - 1 bytes. */
static int64_t call_error_text(const struct memory *memory, const int64_t *a) {
  uint32_t size = a[2];
  char *text = memory_at(memory, a[1], size);
  if (text == NULL || size == 0) return -EFAULT;
  const char *words = strerror(a[0]);
  size_t length = strnlen(words, size - 1);
  memcpy(text, words, length);
  text[length] = '\0';
  return 0;
}

const struct shim_row process_calls[] = {
    {"spawn", 9, call_spawn},
    {"waitpid", 3, call_waitpid},
    {"kill", 2, call_kill},
    {"getuid", 0, call_getuid},
    {"geteuid", 0, call_geteuid},
    {"getgid", 0, call_getgid},
    {"page_size", 0, call_page_size},
    {"error_text", 3, call_error_text},
    {NULL, 0, NULL},
};
