/*
 * The sending half of a channel: at once, or together with the replies that are held.
 */
#include <sys/uio.h>

#include "channel.h"
#include "clock.h"

static void tell_failure(struct channel *channel, int64_t error) {
  if (error != 0) channel->record->failure = (int32_t)error;
}

void channel_flush(struct channel *channel) {
  if (channel->held != NULL) tell_failure(channel, held_send(channel->held));
}

static int64_t send_parts(struct channel *channel, const struct iovec *parts, int count) {
  const struct abi_channel *record = channel->record;
  size_t size = record->kept_size;
  struct iovec kept = {memory_at(&channel->memory, record->kept, (int64_t)size), size};
  if (size > 0 && kept.iov_base != NULL && channel->held != NULL) {
    int64_t result = held_add(channel->held, parts, count, kept);
    if (result >= 0) return result;
  }
  channel_flush(channel);
  return result_of(writev(watch_fd(channel->watch), parts, count));
}

void channel_send(struct channel *channel) {
  struct iovec parts[MAX_PARTS];
  struct abi_channel *record = channel->record;
  int64_t count = memory_parts(&channel->memory, record->parts, record->count, parts);
  record->result = (int32_t)(count < 0 ? count : send_parts(channel, parts, (int)count));
  record->kept_size = 0;
  record->sent_at = clock_microseconds();
}

void channel_let_go(struct channel *channel) {
  if (channel->held != NULL) tell_failure(channel, held_close(channel->held));
  channel->held = NULL;
}
