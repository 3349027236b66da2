import { currentControls } from './current.js';
import { callsOf, type Messenger, Notifications } from './notifications.js';

function messenger(call: string): Messenger {
  const controls = currentControls();
  if (controls === undefined) throw new Error(`Need to call init() before ${call}()`);
  return controls.messenger;
}

/** Of the default session; in the thread of a session's handlers, of that session. */
const current = new Notifications({
  deliver: (notice) => messenger(notice.call).deliver(notice),
  enqueue: (entry) => messenger('invalidateEntryAsync').enqueue(entry),
});

/** See {@link Notifications}. */
export const {
  invalidateInode,
  invalidateEntry,
  invalidateEntryAsync,
  expireEntry,
  notifyStore,
  retrieve,
} = callsOf(current);
