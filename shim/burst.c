#include "burst.h"

/* Requests for each look while it is off. */
enum { LOOK_EVERY = 64 };
/* Looks in a row that must find another request; more after each time that it was not worth it. */
enum { LEAST_NEEDED = 3, MOST_NEEDED = 48 };
/* Bursts after which it is decided again, and the requests that each must have had. */
enum { WINDOW = 16, WORTH = 2 };

void burst_open(struct burst *burst) {
  *burst = (struct burst){.needed = LEAST_NEEDED, .size = 1};
}

static void end_window(struct burst *burst) {
  burst->is_on = burst->requests >= WORTH * WINDOW;
  if (burst->is_on) burst->needed = LEAST_NEEDED;
  else if (burst->needed < MOST_NEEDED) burst->needed *= 2;
  burst->unseen = burst->found = burst->bursts = burst->requests = 0;
}

int burst_begin(struct burst *burst) {
  burst->size = 1;
  if (burst->is_on && burst->bursts == WINDOW) end_window(burst);
  if (!burst->is_on) return ++burst->unseen == LOOK_EVERY;
  burst->bursts++;
  burst->requests++;
  return 0;
}

void burst_look(struct burst *burst, int is_another_there) {
  burst->unseen = 0;
  burst->found = is_another_there ? burst->found + 1 : 0;
  burst->is_on = burst->found == burst->needed;
}

void burst_grow(struct burst *burst) {
  burst->size++;
  burst->requests++;
}
