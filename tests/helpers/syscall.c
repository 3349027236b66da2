/*
 * System calls that Node and the shell lack, for tests: `syscall <name> <argument>...`. Numbers may
 * be decimal, hexadecimal or names joined by '|'. Prints the result; a failure prints the errno
 * alone on stderr and exits 1.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>

#define NAME(constant) {#constant, constant}

static const struct {
  const char *name;
  long long value;
} names[] = {
    NAME(O_RDONLY),
    NAME(O_RDWR),
    NAME(O_TMPFILE),
    NAME(RENAME_NOREPLACE),
    NAME(RENAME_EXCHANGE),
    NAME(RENAME_WHITEOUT),
    NAME(FALLOC_FL_KEEP_SIZE),
    NAME(FALLOC_FL_PUNCH_HOLE),
    NAME(FALLOC_FL_ZERO_RANGE),
    NAME(SEEK_DATA),
    NAME(SEEK_HOLE),
    NAME(XATTR_CREATE),
    NAME(XATTR_REPLACE),
    NAME(F_RDLCK),
    NAME(F_WRLCK),
    NAME(F_UNLCK),
    NAME(F_GETLK),
    NAME(F_SETLK),
    NAME(F_SETLKW),
    NAME(LOCK_SH),
    NAME(LOCK_EX),
    NAME(LOCK_UN),
    NAME(LOCK_NB),
    NAME(POLLIN),
    NAME(POLLPRI),
    NAME(POLLOUT),
    NAME(UTIME_NOW),
    NAME(UTIME_OMIT),
};

static void fail(void) {
  fprintf(stderr, "%d\n", errno);
  exit(1);
}

static long long check(long long result) {
  if (result < 0) fail();
  return result;
}

static long long named(const char *name, size_t length) {
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (strlen(names[i].name) == length && strncmp(names[i].name, name, length) == 0)
      return names[i].value;
  fprintf(stderr, "unknown constant %s\n", name);
  exit(2);
}

static long long number(const char *text) {
  char *end;
  long long value = strtoll(text, &end, 0);
  if (*end == '\0') return value;
  value = 0;
  for (const char *part = text; *part;) {
    size_t length = strcspn(part, "|");
    value |= named(part, length);
    part += length + (part[length] == '|');
  }
  return value;
}

static int opened(const char *path, int flags) {
  return (int)check(open(path, flags | O_CLOEXEC, 0600));
}

static void print(long long result) { printf("%lld\n", result); }

/* Says that a lock or a file is held, and holds it until the standard input ends. */
static void hold(void) {
  char byte;
  puts("held");
  fflush(stdout);
  while (read(STDIN_FILENO, &byte, 1) > 0) continue;
}

static void do_rename(char **a) {
  print(check(renameat2(AT_FDCWD, a[0], AT_FDCWD, a[1], (unsigned)number(a[2]))));
}

static void do_fallocate(char **a) {
  int fd = opened(a[0], O_RDWR);
  print(check(fallocate(fd, (int)number(a[1]), number(a[2]), number(a[3]))));
}

static void do_lseek(char **a) {
  print(check(lseek(opened(a[0], O_RDONLY), number(a[1]), (int)number(a[2]))));
}

/* A command made by _IOC of direction, 'T', number and size of the argument. */
static void do_ioctl(char **a) {
  static unsigned char data[16384];
  int direction = strcmp(a[1], "r") == 0   ? _IOC_READ
                  : strcmp(a[1], "w") == 0 ? _IOC_WRITE
                  : strcmp(a[1], "n") == 0 ? _IOC_NONE
                                           : _IOC_READ | _IOC_WRITE;
  size_t size = (size_t)number(a[3]);
  memset(data, 0, sizeof data);
  strncpy((char *)data, a[4], sizeof data - 1);
  int result = (int)check(
      ioctl(opened(a[0], O_RDONLY), _IOC(direction, 'T', (int)number(a[2]), size), data));
  printf("%d %s\n", result, data);
}

static void do_poll(char **a) {
  struct pollfd fd = {.fd = opened(a[0], O_RDONLY), .events = (short)number(a[1])};
  puts("polling");
  fflush(stdout);
  check(poll(&fd, 1, (int)number(a[2])));
  puts(fd.revents & POLLPRI ? "POLLPRI" : fd.revents & POLLIN ? "POLLIN" : "nothing");
}

static const struct {
  const char *name;
  uint32_t bit;
} events[] = {
    NAME(IN_ACCESS),     NAME(IN_MODIFY),      NAME(IN_ATTRIB),      NAME(IN_CREATE),
    NAME(IN_DELETE),     NAME(IN_DELETE_SELF), NAME(IN_MOVED_FROM),  NAME(IN_MOVED_TO),
    NAME(IN_CLOSE_WRITE), NAME(IN_IGNORED),
};

/* Watches `count` files whose names are the prefix and a number from 0 on; prints what comes. */
static void do_watch(char **a) {
  char path[4096];
  int fd = (int)check(inotify_init1(IN_CLOEXEC)), count = (int)number(a[1]);
  for (int i = 0; i < count; i++) {
    snprintf(path, sizeof path, "%s%d", a[0], i);
    check(inotify_add_watch(fd, path, IN_ALL_EVENTS & ~(IN_OPEN | IN_CLOSE_NOWRITE)));
  }
  puts("watching");
  fflush(stdout);
  char buffer[1 << 14] __attribute__((aligned(8)));
  for (ssize_t size; (size = check(read(fd, buffer, sizeof buffer))) > 0; fflush(stdout)) {
    const struct inotify_event *event = (void *)buffer;
    for (; (char *)event < buffer + size; event = (void *)(event->name + event->len))
      for (size_t i = 0; i < sizeof events / sizeof *events; i++)
        // Watches are numbered from 1 on.
        if (event->mask & events[i].bit) printf("%d %s\n", event->wd - 1, events[i].name);
  }
}

static char bytes[1 << 20];

static void do_pread(char **a) {
  print(check(pread(opened(a[0], O_RDONLY), bytes, (size_t)number(a[2]), number(a[1]))));
}

static void do_pwrite(char **a) {
  print(check(pwrite(opened(a[0], O_RDWR), bytes, (size_t)number(a[2]), number(a[1]))));
}

/* Prints what a shared mapping holds, and writes the text there. */
static void do_mmap(char **a) {
  struct stat st;
  int fd = opened(a[0], O_RDWR);
  long long at = number(a[1]);
  size_t length = strlen(a[2]);
  check(fstat(fd, &st));
  char *map = mmap(NULL, (size_t)st.st_size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (map == MAP_FAILED) fail();
  printf("%.*s\n", (int)length, map + at);
  memcpy(map + at, a[2], length);
  check(msync(map, (size_t)st.st_size, MS_SYNC));
}

static void do_flock(char **a) {
  check(flock(opened(a[0], O_RDWR), (int)number(a[1])));
  hold();
}

static void do_fcntl_lock(char **a) {
  struct flock lock = {
      .l_type = (short)number(a[2]), .l_start = number(a[3]), .l_len = number(a[4])};
  int command = (int)number(a[1]);
  check(fcntl(opened(a[0], O_RDWR), command, &lock));
  if (command == F_GETLK)
    printf("%s %lld %lld %d\n",
           lock.l_type == F_UNLCK   ? "F_UNLCK"
           : lock.l_type == F_RDLCK ? "F_RDLCK"
                                    : "F_WRLCK",
           (long long)lock.l_start, (long long)lock.l_len, lock.l_pid);
  else
    hold();
}

static void do_setxattr(char **a) {
  print(check(setxattr(a[0], a[1], a[2], strlen(a[2]), (int)number(a[3]))));
}

/* The size the kernel returns for a buffer of `size` bytes, and what is in it. */
static void do_getxattr(char **a) {
  size_t size = (size_t)number(a[2]);
  char *buffer = calloc(1, size + 1);
  ssize_t length = check(getxattr(a[0], a[1], buffer, size));
  printf("%zd %s\n", length, buffer);
}

static void do_listxattr(char **a) {
  size_t size = (size_t)number(a[1]);
  char *buffer = calloc(1, size + 1);
  ssize_t length = check(listxattr(a[0], buffer, size));
  printf("%zd", length);
  for (char *name = buffer; size > 0 && name < buffer + length; name += strlen(name) + 1)
    printf(" %s", name);
  puts("");
}

static void do_removexattr(char **a) { print(check(removexattr(a[0], a[1]))); }

/* Times in seconds and nanoseconds; the nanoseconds may be UTIME_NOW or UTIME_OMIT. */
static void do_utimens(char **a) {
  struct timespec times[2] = {{.tv_sec = number(a[1]), .tv_nsec = number(a[2])},
                              {.tv_sec = number(a[3]), .tv_nsec = number(a[4])}};
  print(check(utimensat(AT_FDCWD, a[0], times, AT_SYMLINK_NOFOLLOW)));
}

/* Makes a file without a name, writes the text, and gives it a name when one is wanted. */
static void do_tmpfile(char **a) {
  char self[64];
  int fd = opened(a[0], O_TMPFILE | O_RDWR);
  check(write(fd, a[1], strlen(a[1])));
  snprintf(self, sizeof self, "/proc/self/fd/%d", fd);
  if (*a[2]) check(linkat(AT_FDCWD, self, AT_FDCWD, a[2], AT_SYMLINK_FOLLOW));
  struct stat st;
  check(fstat(fd, &st));
  printf("%lld %lld\n", (long long)st.st_nlink, (long long)st.st_size);
}

static void do_copy_range(char **a) {
  off_t from = number(a[1]), to = number(a[3]);
  int in = opened(a[0], O_RDONLY), out = opened(a[2], O_RDWR);
  print(check(copy_file_range(in, &from, out, &to, (size_t)number(a[4]), 0)));
}

/* Lists the first `count` names, seeks back to where that was, and lists from there on. */
static void do_seekdir(char **a) {
  DIR *dir = opendir(a[0]);
  if (!dir) fail();
  struct dirent *entry;
  for (long long i = number(a[1]); i > 0 && readdir(dir); i--) continue;
  long position = telldir(dir);
  for (int round = 0; round < 2; round++) {
    seekdir(dir, position);
    while ((entry = readdir(dir))) printf("%s ", entry->d_name);
    puts("");
  }
}

static void do_inodes(char **a) {
  DIR *dir = opendir(a[0]);
  struct dirent *entry;
  if (!dir) fail();
  while ((entry = readdir(dir)))
    printf("%s %llu\n", entry->d_name, (unsigned long long)entry->d_ino);
}

static const struct {
  const char *name;
  int arguments;
  void (*run)(char **arguments);
} commands[] = {
    {"rename", 3, do_rename},         {"fallocate", 4, do_fallocate},
    {"lseek", 3, do_lseek},           {"ioctl", 5, do_ioctl},
    {"poll", 3, do_poll},             {"flock", 2, do_flock},
    {"fcntl_lock", 5, do_fcntl_lock}, {"setxattr", 4, do_setxattr},
    {"getxattr", 3, do_getxattr},     {"listxattr", 2, do_listxattr},
    {"removexattr", 2, do_removexattr}, {"utimens", 5, do_utimens},
    {"tmpfile", 3, do_tmpfile},       {"copy_range", 5, do_copy_range},
    {"seekdir", 2, do_seekdir},       {"inodes", 1, do_inodes},
    {"mmap", 3, do_mmap},
    {"watch", 2, do_watch},
    {"pread", 3, do_pread},
    {"pwrite", 3, do_pwrite},
};

int main(int argc, char **argv) {
  for (size_t i = 0; argc > 1 && i < sizeof commands / sizeof *commands; i++)
    if (strcmp(commands[i].name, argv[1]) == 0 && argc == commands[i].arguments + 2) {
      commands[i].run(argv + 2);
      return 0;
    }
  fprintf(stderr, "no such call, or wrong number of arguments\n");
  return 2;
}
