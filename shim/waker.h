#pragma once

#include <stddef.h>
#include <stdint.h>
#include <uv.h>

/*
 * Lets a thread wait for a request in read(2) itself, with its event loop left alone: a thread of
 * the waker's watches the event loop, and interrupts the read by a signal when that has something
 * to do. A look at the device before each read would take a system call more for each request.
 */
struct waker;

/* One for the calling thread and its event loop, or NULL when there can't be one. */
struct waker *waker_open(uv_loop_t *loop);
void waker_close(struct waker *waker);

/*
 * Reads as read(2), from a descriptor that may wait, until a time of the monotonic clock in ns.
 * The result, -EAGAIN when the event loop has something to do, or -errno. The caller goes back to
 * its event loop after that, and says so by waker_rest.
 */
int64_t waker_read(struct waker *waker, int fd, void *buffer, size_t size, int64_t deadline);

/* The thread does not read for now: nothing wakes it. */
void waker_rest(struct waker *waker);
