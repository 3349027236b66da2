import { runningCaller } from './session/caller.js';
import { Delivery } from './session/delivery.js';
import { standardLog } from './session/log.js';
import type { Notice } from './session/notice.js';

/**
 * The outcome of a notice that another thread delivers, which does not know in which handler of
 * this one it is awaited: rejects with EDEADLK as there.
 */
export function unlessHeld(notice: Notice, outcome: Promise<unknown>): Promise<unknown> {
  const caller = runningCaller();
  if (caller === undefined || caller.isSettled) return outcome;
  const delivery = new Delivery(notice, caller, standardLog);
  outcome.then(
    (value) => delivery.succeed(value),
    (reason) => delivery.fail(reason),
  );
  return delivery.promise;
}
