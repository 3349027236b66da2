#pragma once

#include <stdint.h>

#include "abi.h"
#include "burst.h"
#include "held.h"
#include "shim.h"
#include "spin.h"
#include "waker.h"
#include "watch.h"

/*
 * A channel: how a thread that serves gets requests and gives answers. It waits for the next
 * request in the event loop's place, and goes back only when that has something to do, so that a
 * request costs the event loop nothing. Arguments and results are in struct abi_channel.
 */
struct channel {
  struct watch *watch;
  struct memory memory;
  struct abi_channel *record;
  /* The device, and the event loop. */
  int epoll;
  /* Requests that may come yet before the event loop has its turn; 0 when it wants none. */
  int before_turn;
  /* The event loop has had its turn, and has called because there is a request. */
  int is_called;
  /* The last call gave a request; the last one was answered on the spot, and that took long. */
  int is_given, is_slow;
  /* See read_blindly. */
  int looks_due, caution, blind_reads;
  /* Reads since the last look. */
  int unlooked;
  struct spin spin;
  /* Requests since the event loop's last turn. */
  int in_place;
  /*
   * Nobody else reads from the device's open file, so that it may be made to wait; only while it
   * does, in the event loop's place, a waker is there to interrupt that.
   */
  int is_alone, is_waiting;
  struct waker *waker;
  /* Alone, it reads ahead; replies may be held once `held` is there. */
  struct burst burst;
  struct held *held;
};

/* With its watch, memory, record and is_alone set, and all else 0: 0 or -errno. */
int channel_open(struct channel *channel);

/* Before its watch is closed. */
void channel_close(struct channel *channel);

/* The thread ends before that: nothing is held any more. */
void channel_let_go(struct channel *channel);

/* -EAGAIN says that the event loop is to have its turn. */
void channel_receive(struct channel *channel);
void channel_send(struct channel *channel);

/* Sends the replies that are held. */
void channel_flush(struct channel *channel);
