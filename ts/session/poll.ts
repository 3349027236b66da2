import { SystemError } from '../errors.js';
import type { PollHandle } from '../types.js';
import type { Pointer } from './memory.js';
import type { Module } from './module.js';

interface Owned {
  readonly module: Module;
  readonly pointer: Pointer;
}

function destroy({ module, pointer }: Owned): void {
  if (!module.isClosed) module.exports.fuse_pollhandle_destroy(pointer);
}

/** Handles that nobody holds any more will never be notified. */
const forgotten = new FinalizationRegistry<Owned>(destroy);

/**
 * The kernel's wish to hear once that poll's answer may have changed. The wake-up takes no lock
 * that a request holds, so it may be sent from the thread that serves.
 */
export class KernelPoll implements PollHandle {
  #owned: Owned | undefined;

  constructor(module: Module, pointer: Pointer) {
    this.#owned = { module, pointer };
    forgotten.register(this, this.#owned, this);
  }

  /** @throws SystemError when the session has ended; Error when this handle was used already. */
  async notify(): Promise<void> {
    const owned = this.#owned;
    if (owned === undefined) throw new Error('this poll handle has been notified');
    if (owned.module.isClosed) throw new Error('the session of this poll handle is closed');
    const result = owned.module.exports.fuse_lowlevel_notify_poll(owned.pointer);
    this.#owned = undefined;
    forgotten.unregister(this);
    destroy(owned);
    if (result < 0) throw new SystemError(-result, 'fuse_lowlevel_notify_poll');
  }
}
