/*
 * spin <sleeping> <polling> <later polling> <slow> <phase>: ten seconds of requests, whose times
 * are given in microseconds, for how it is waited for them; `later polling` holds for the second
 * half. In every other phase, of so many microseconds, each takes `slow` times as long. Prints how
 * many hundredths of each half were polled.
 */
#include <stdio.h>
#include <stdlib.h>

#include "../../shim/spin.c"

static const uint64_t HALF_NS = 5000ull * 1000 * 1000;

int main(int argc, char **argv) {
  if (argc != 6) return 2;
  double sleeping = atof(argv[1]), polling[] = {atof(argv[2]), atof(argv[3])}, slow = atof(argv[4]);
  uint64_t phase = strtoull(argv[5], NULL, 10) * 1000, polled[2] = {0};
  const uint64_t start = 1;
  struct spin spin = {0};
  for (uint64_t now = start, next; now < start + 2 * HALF_NS; now = next) {
    int half = now >= start + HALF_NS;
    uint64_t limit = spin_next(&spin, now);
    double us = limit > 0 ? polling[half] : sleeping;
    if (phase > 0 && now / phase % 2 == 1) us *= slow;
    next = now + (uint64_t)(us * 1000);
    if (limit > 0 && next - now > limit) spin_missed(&spin, now + limit);
    if (limit > 0) polled[half] += next - now < limit ? next - now : limit;
  }
  printf("%.1f %.1f\n", polled[0] * 1e2 / HALF_NS, polled[1] * 1e2 / HALF_NS);
  return 0;
}
