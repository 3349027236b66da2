#pragma once

#include <stdint.h>

#include "messages.h"

/*
 * Messages on their way to the kernel, by the id of their outbox. Any thread may call; results are
 * the call's own, or -errno.
 */

/*
 * For the connection of `fd`, which it takes over, and which others know by a number of the
 * caller's choice. `owner` is who closes all that are its own when it ends.
 */
int32_t outbox_open(void *owner, int32_t connection, int fd);
void outbox_owner_ends(void *owner);

/* A descriptor that can be read while there are outcomes; the caller's own. */
int outbox_event(int64_t id);

/* Takes the message over, unless it fails. */
int outbox_post(int64_t id, struct message *message);

/* The outcome of one message that has ended, oldest first: 1, or 0 when there is none. */
int outbox_outcome(int64_t id, struct abi_outcome *outcome);

/* Ends an outbox: what the kernel does not hold yet is dropped. */
int outbox_close(int64_t id);

/* How many messages for a connection the kernel holds, those of closed outboxes too. */
int outbox_held(int32_t connection);

/*
 * Closes the outboxes of a connection, whichever thread they belong to. Returns a descriptor of the
 * connection, the caller's own, when the kernel holds a message; else -ENOENT.
 */
int outbox_cut(int32_t connection);
