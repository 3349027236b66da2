#pragma once

#include "abi.h"
#include "ring.h"
#include "spin.h"
#include "watch.h"

/* A ring that is served in the event loop's place, until that is to have its turn. */
struct ring_turn {
  struct ring *ring;
  int device;
  /* The ring on the event loop. */
  struct watch *watch;
  struct abi_ring *record;
  uint32_t entry_count;
  /* Received without a look at the event loop. */
  int in_a_row;
  /* The event loop has something to do, and waits for what had come before. */
  int is_due;
  int is_loop_ready, is_device_ready;
  /* The last call gave a request; and requests before each of which all replies are sent. */
  int is_given, careful;
  struct spin spin;
};

/*
 * Sends the replies that are in place, and waits for the next request: the number of its entry,
 * ABI_RING_DEVICE when the device is to be read, -EAGAIN when the event loop is to have its turn,
 * or -errno. All replies are sent when it is one of the last two.
 */
int64_t ring_receive(struct ring_turn *turn);

/* Sends the replies that are in place: 0 or -errno. */
int64_t ring_send(struct ring_turn *turn);
