#pragma once

#include <stdint.h>
#include <sys/uio.h>

/*
 * Messages that are written together a little later: a write(2) right after another one finds the
 * kernel's code in the processor's cache. Who holds them sends them as soon as there is nothing
 * more to wait for. When that thread is kept from it, another one sends them after about 1 ms; that
 * one sleeps while nothing is held for some time.
 */
struct held;

/* For messages to a descriptor; NULL when there can be none. */
struct held *held_open(int fd);

/*
 * Takes a message over: what lies in `kept` stays where it is, unchanged until held_send, and the
 * rest is copied. The size of the message, or -EAGAIN when it must be sent by the caller.
 */
int64_t held_add(struct held *held, const struct iovec *parts, int count, struct iovec kept);

/*
 * Sends what is held. 0, or the -errno of one that could not be sent since the last call, be it by
 * the other thread; that nobody waits for an answer any more (ENOENT) is no failure.
 */
int64_t held_send(struct held *held);

/* Sends what is held, and touches neither descriptor nor memory from then on; result as above. */
int64_t held_close(struct held *held);
