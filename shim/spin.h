#pragma once

#include <stdint.h>

/*
 * Whether it pays to poll for the next request for a while before the thread sleeps. Waking a
 * sleeping CPU takes longer than a request; but a thread that polls takes a CPU that others, the
 * clients among them, may need. So both ways are tried in turn, and the one by which more requests
 * are answered is kept until the next trial. With few requests there is nothing to win.
 */
struct spin {
  /* How it is waited now, and whether that is a trial of the other way. */
  int is_polling;
  int is_trial;
  /* The last trial of polling was better, and the next one decides. */
  int is_promising;
  /* The window: since when, requests since then, and times that it was polled in vain. */
  uint64_t start;
  uint32_t requests;
  uint32_t misses;
  /* Requests a second of the way that is kept, in its last window. */
  double kept_rate;
  /* When the other way is tried next, and how long after that trial if it fails. */
  uint64_t next_trial;
  uint64_t pause;
};

/* It was polled as long as that, in vain. */
void spin_missed(struct spin *spin, uint64_t now);

/* A request has come. Returns nanoseconds for which to poll before sleeping; 0 to sleep at once. */
uint64_t spin_next(struct spin *spin, uint64_t now);
