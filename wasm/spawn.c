/*
 * Running fusermount3: posix_spawn and the socket over which it hands back /dev/fuse.
 */
#define _GNU_SOURCE

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <syslog.h>
#include <unistd.h>

#include "../shim/abi.h"
#include "device.h"
#include "host.h"
#include "syscalls.h"

/* Where the program writes what went wrong: the end that is read here, or -1. */
static int output = -1;

static void close_output(void) {
  if (output != -1) sys_close(output);
  output = -1;
}

/* Passes on what the program, which has ended, has said. */
static void log_output(void) {
  char text[1024];
  int32_t size;
  while (output != -1 && (size = sys_read(output, text, sizeof(text))) > 0) {
    host_log(LOG_ERR, text, size);
  }
  close_output();
}

/* What posix_spawn_file_actions_t points at. libfuse adds three at the most, spawn() two. */
enum { MOST_ADDED = 6 };
struct actions {
  size_t count;
  struct abi_spawn_action list[MOST_ADDED + 2];
};

/* The pair made last: [0] is for the program to be spawned, [1] stays here. */
static int comm[2] = {-1, -1};

/* Close-on-exec on both ends, or any other child of the process would hold the mount alive. */
int socketpair(int domain, int type, int protocol, int fds[2]) {
  int result = fw_result(sys_socketpair(domain, type | SOCK_CLOEXEC, protocol, fds));
  if (result == 0) memcpy(comm, fds, sizeof(comm));
  return result;
}

/* The program that got the other end of the pair, unless it has been waited for. */
static pid_t child = -1;

int fw_auto_unmount_pid(void) {
  return child;
}

int fw_auto_unmount_fd(void) {
  return comm[1];
}

void fw_closing(int fd) {
  for (int i = 0; i < 2; i++) {
    if (comm[i] == fd) comm[i] = -1;
  }
}

void fw_mounted(void) {
  close_output();
}

/* Longer than a program takes that does end. */
enum { MOST_MS = 10000 };

/*
 * Waits for the program's message, or its end. It may be asking a filesystem that hangs, or that
 * this very thread serves: it is killed then, and -1 returned.
 */
static int wait_or_kill(int fd) {
  static const char words[] = "fusermount3 is killed: it waits for a filesystem without an answer";
  struct pollfd wait = {.fd = fd, .events = POLLIN};
  if (child == -1 || poll(&wait, 1, MOST_MS) != 0) return 0;
  host_log(LOG_ERR, words, strlen(words));
  sys_kill(child, SIGKILL);
  return fw_result(-ETIMEDOUT);
}

ssize_t recvmsg(int fd, struct msghdr *message, int flags) {
  (void)flags;
  int fds[1];
  size_t received = 0;
  struct iovec *iov = message->msg_iov;
  if (wait_or_kill(fd) == -1) return -1;
  int result = fw_result(sys_recv_fds(fd, iov->iov_base, iov->iov_len, fds, 1, &received));
  // The other end is closed when the program ends without having mounted.
  if (result == 0) log_output();
  struct cmsghdr *control = CMSG_FIRSTHDR(message);
  if (result < 0 || control == NULL) return result;
  memset(control, 0, CMSG_LEN(sizeof(fds)));
  if (received == 1) {
    // So that the pair is cut last, see fw_device_above.
    fds[0] = fw_device_above(fds[0], comm[1]);
    control->cmsg_len = CMSG_LEN(sizeof(fds));
    control->cmsg_level = SOL_SOCKET;
    control->cmsg_type = SCM_RIGHTS;
    memcpy(CMSG_DATA(control), fds, sizeof(fds));
  }
  return result;
}

pid_t waitpid(pid_t pid, int *status, int options) {
  int32_t value = 0;
  int result = fw_result(sys_waitpid(pid, &value, options));
  if (status != NULL) *status = value;
  if (result == pid) log_output();
  if (result == child) child = -1;
  return result;
}

int posix_spawn_file_actions_init(posix_spawn_file_actions_t *actions) {
  actions->__actions = calloc(1, sizeof(struct actions));
  return actions->__actions == NULL ? ENOMEM : 0;
}

int posix_spawn_file_actions_destroy(posix_spawn_file_actions_t *actions) {
  free(actions->__actions);
  return 0;
}

static struct abi_spawn_action *add(posix_spawn_file_actions_t *actions) {
  struct actions *all = actions->__actions;
  if (all == NULL || all->count == MOST_ADDED) return NULL;
  return &all->list[all->count++];
}

int posix_spawn_file_actions_addclose(posix_spawn_file_actions_t *actions, int fd) {
  struct abi_spawn_action *action = add(actions);
  if (action == NULL) return ENOMEM;
  *action = (struct abi_spawn_action){.kind = ABI_SPAWN_CLOSE, .fd = fd};
  return 0;
}

int posix_spawn_file_actions_addopen(posix_spawn_file_actions_t *restrict actions, int fd,
                                     const char *restrict path, int flags, mode_t mode) {
  struct abi_spawn_action *action = add(actions);
  if (action == NULL) return ENOMEM;
  *action = (struct abi_spawn_action){
      .kind = ABI_SPAWN_OPEN,
      .fd = fd,
      .flags = flags,
      .mode = mode,
      .path = (uint32_t)(uintptr_t)path,
      .path_length = strlen(path),
  };
  return 0;
}

/* A NULL-ended array of strings as one block; NULL when there is no memory. */
static char *flatten(char *const strings[], size_t *size) {
  *size = 0;
  for (char *const *string = strings; *string != NULL; string++) *size += strlen(*string) + 1;
  char *block = malloc(*size + 1);
  char *end = block;
  if (block != NULL) {
    for (char *const *string = strings; *string != NULL; string++) end = stpcpy(end, *string) + 1;
  }
  return block;
}

static void append(struct actions *to, const struct actions *from) {
  memcpy(to->list + to->count, from->list, from->count * sizeof(from->list[0]));
  to->count += from->count;
}

/* The child's standard error goes to `output`; returns the end to close here, or -1. */
static int redirect_output(struct actions *all) {
  int fds[2];
  close_output();
  if (sys_pipe(fds) < 0) return -1;
  output = fds[0];
  all->list[all->count++] = (struct abi_spawn_action){
      .kind = ABI_SPAWN_INHERIT, .fd = STDERR_FILENO, .source = fds[1]};
  return fds[1];
}

static int spawn(pid_t *pid, const char *file, const posix_spawn_file_actions_t *actions,
                 char *const argv[], char *const env[], int search_path) {
  struct actions all = {.count = 0};
  int other_end = -1;
  size_t argv_size, env_size;
  char *argv_block = flatten(argv, &argv_size);
  char *env_block = flatten(env, &env_size);
  int32_t result = -ENOMEM;
  if (argv_block != NULL && env_block != NULL) {
    // First, so that libfuse's own wish for the standard error, if any, prevails.
    other_end = redirect_output(&all);
    if (comm[0] != -1) {
      all.list[all.count++] = (struct abi_spawn_action){
          .kind = ABI_SPAWN_INHERIT, .fd = comm[0], .source = comm[0]};
    }
    if (actions != NULL) append(&all, actions->__actions);
    result = sys_spawn(file, strlen(file), search_path, argv_block, argv_size, env_block, env_size,
                       all.list, all.count);
    if (other_end != -1) sys_close(other_end);
  }
  free(argv_block);
  free(env_block);
  if (result < 0) return -result;
  if (comm[0] != -1) child = result;
  *pid = result;
  return 0;
}

int __wrap_posix_spawn(pid_t *restrict pid, const char *restrict path,
                const posix_spawn_file_actions_t *actions, const posix_spawnattr_t *restrict attr,
                char *const *restrict argv, char *const *restrict env) {
  (void)attr;
  return spawn(pid, path, actions, argv, env, 0);
}

int posix_spawnp(pid_t *restrict pid, const char *restrict file,
                 const posix_spawn_file_actions_t *actions, const posix_spawnattr_t *restrict attr,
                 char *const *restrict argv, char *const *restrict env) {
  (void)attr;
  return spawn(pid, file, actions, argv, env, 1);
}
