#include "spin.h"

/* Some scores of requests where it matters. */
static const uint64_t WINDOW_NS = 5 * 1000 * 1000;
/* Longer than a CPU takes to wake up and ask for something else. */
static const uint64_t POLL_NS = 200 * 1000;
/* Below this, waking up costs nobody much. */
static const double WORTH_A_TRIAL = 2000;
/* How much more must be answered by polling: where it helps at all, it is several times that. */
static const double BETTER = 1.2;
/* On one CPU the client waits as long as it is polled, which need not be found out any longer. */
enum { MOST_MISSES = 3 };
static const uint64_t SHORTEST_PAUSE_NS = 50ull * 1000 * 1000;
static const uint64_t LONGEST_PAUSE_NS = 1000ull * 1000 * 1000;

static void begin(struct spin *spin, uint64_t now, int is_polling, int is_trial) {
  spin->is_polling = is_polling;
  spin->is_trial = is_trial;
  spin->start = now;
  spin->requests = 0;
  spin->misses = 0;
}

static void rest(struct spin *spin, uint64_t now, uint64_t pause) {
  spin->pause = pause;
  spin->next_trial = now + pause;
}

/*
 * A window of the other way has ended: the better one stays. Polling must be clearly better, and so
 * twice, right after a window without: what clients do may have changed just when it was tried.
 */
static void judge(struct spin *spin, uint64_t now, double rate) {
  double kept_rate = spin->kept_rate;
  int is_better = spin->is_polling ? rate > kept_rate * BETTER : rate * BETTER > kept_rate;
  uint64_t longer = spin->pause * 2 < LONGEST_PAUSE_NS ? spin->pause * 2 : LONGEST_PAUSE_NS;
  spin->is_promising = is_better && spin->is_polling && !spin->is_promising;
  int is_kept = is_better && !spin->is_promising;
  if (is_kept) spin->kept_rate = rate;
  if (!spin->is_promising) rest(spin, now, is_better ? SHORTEST_PAUSE_NS : longer);
  begin(spin, now, is_kept ? spin->is_polling : !spin->is_polling, 0);
}

static void end_window(struct spin *spin, uint64_t now) {
  double rate = spin->requests * 1e9 / (double)(now - spin->start);
  if (spin->is_trial) {
    judge(spin, now, rate);
    return;
  }
  spin->kept_rate = rate;
  if (rate < WORTH_A_TRIAL) {
    spin->is_promising = 0;
    begin(spin, now, 0, 0);
  } else if (spin->is_promising || now >= spin->next_trial) {
    begin(spin, now, !spin->is_polling, 1);
  } else {
    begin(spin, now, spin->is_polling, 0);
  }
}

uint64_t spin_next(struct spin *spin, uint64_t now) {
  if (spin->start == 0) {
    begin(spin, now, 0, 0);
    rest(spin, now, SHORTEST_PAUSE_NS);
  }
  spin->requests++;
  if (now - spin->start >= WINDOW_NS) end_window(spin, now);
  return spin->is_polling ? POLL_NS : 0;
}

void spin_missed(struct spin *spin, uint64_t now) {
  if (++spin->misses >= MOST_MISSES && spin->is_trial) judge(spin, now, 0);
}
