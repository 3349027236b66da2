#pragma once

#include <stddef.h>
#include <stdint.h>

/*
 * What the host gives beside the operations. A function of module "sys" is one system call of the
 * shim: strings come with their length, the result is the call's own or -errno in Linux numbers.
 * The host puts the module's memory in front of the arguments.
 */
#define SYS(name) __attribute__((import_module("sys"), import_name(#name))) extern
#define HOST(name) __attribute__((import_module("host"), import_name(#name))) extern

/* The device. */
SYS(read) int32_t sys_read(int32_t fd, void *buf, size_t size);
SYS(write) int32_t sys_write(int32_t fd, const void *buf, size_t size);
SYS(pread) int32_t sys_pread(int32_t fd, void *buf, size_t size, int64_t offset);
SYS(pwrite) int32_t sys_pwrite(int32_t fd, const void *buf, size_t size, int64_t offset);
SYS(writev) int32_t sys_writev(int32_t fd, const void *iov, int32_t count);
SYS(ioctl) int32_t sys_ioctl(int32_t fd, uint32_t request, void *argument);

/* Files and descriptors. */
SYS(open) int32_t sys_open(const char *path, size_t length, int32_t flags, int32_t mode);
SYS(close) int32_t sys_close(int32_t fd);
SYS(fcntl) int32_t sys_fcntl(int32_t fd, int32_t command, int32_t argument);
SYS(poll) int32_t sys_poll(void *fds, size_t count, int32_t timeout);
SYS(stat_mode) int32_t sys_stat_mode(const char *path, size_t length, uint32_t *mode);

/* Mounting. */
SYS(mount)
int32_t sys_mount(const char *source, size_t source_length, const char *target,
                  size_t target_length, const char *type, size_t type_length, uint32_t flags,
                  const char *data, size_t data_length);
SYS(umount2) int32_t sys_umount2(const char *target, size_t length, int32_t flags);
SYS(socketpair) int32_t sys_socketpair(int32_t domain, int32_t type, int32_t protocol, int *fds);
/* Close-on-exec; reading never waits. */
SYS(pipe) int32_t sys_pipe(int *fds);
SYS(recv_fds)
int32_t sys_recv_fds(int32_t fd, void *buf, size_t size, int *fds, size_t max_fds,
                     size_t *received);

/* Processes. `blocks` are NUL-terminated strings one after the other. */
SYS(spawn)
int32_t sys_spawn(const char *file, size_t file_length, int32_t search_path, const char *argv,
                  size_t argv_size, const char *env, size_t env_size, const void *actions,
                  size_t action_count);
SYS(waitpid) int32_t sys_waitpid(int32_t pid, int32_t *status, int32_t options);
SYS(kill) int32_t sys_kill(int32_t pid, int32_t signal);
SYS(getuid) uint32_t sys_getuid(void);
SYS(geteuid) uint32_t sys_geteuid(void);
SYS(getgid) uint32_t sys_getgid(void);
SYS(page_size) int32_t sys_page_size(void);
SYS(error_text) int32_t sys_error_text(int32_t number, char *text, size_t size);

/* The channel's functions, whose arguments and results are in struct abi_channel. */
HOST(receive) void host_receive(void);
HOST(send) void host_send(void);

/* A line of libfuse's log; not NUL-terminated. */
HOST(log) void host_log(int32_t level, const char *text, size_t length);
/* Takes a copy of a message that is to be written by another thread; its size or -errno. */
HOST(post) int32_t host_post(const void *iov, int32_t count);
/* The kernel interrupts a request that fw_watch_interrupt names. */
HOST(interrupted) void host_interrupted(void *req);
