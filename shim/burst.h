#pragma once

#include <stdint.h>

/*
 * Whether requests come in bursts, so that several can be read before the first one is answered.
 * It shows in looks whether there is another request right after one has come: few, as each is a
 * system call. Reading ahead then goes on only while there is enough to read.
 */
enum { LONGEST_BURST = 16 };

struct burst {
  int is_on;
  /* While it is off: requests since the last look, looks in a row that found another, and how many
   * of those it takes. */
  uint32_t unseen;
  uint32_t found;
  uint32_t needed;
  /* While it is on: bursts of the window, and the requests in them. */
  uint32_t bursts;
  uint32_t requests;
  /* Requests of the last burst. */
  uint32_t size;
};

void burst_open(struct burst *burst);

/* A burst begins with a request. Whether it is time for a look, of which burst_look is told. */
int burst_begin(struct burst *burst);
void burst_look(struct burst *burst, int is_another_there);

/* Another one of it has been read. */
void burst_grow(struct burst *burst);
