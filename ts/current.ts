import type { Messenger } from './notifications.js';
import { runningCaller } from './session/caller.js';
import type { LoopToken } from './token.js';

/** What the module's functions need of the session they act on. */
export interface Controls {
  terminate(): void;
  readonly messenger: Messenger;
}

let current: Controls | undefined;

/** Of the sessions whose handlers run in this thread. */
const byOwner = new WeakMap<object, Controls>();

/** @param owner of handlers; see Caller. */
export function setControlsOf(owner: object, controls: Controls): void {
  byOwner.set(owner, controls);
}

/**
 * Inside a handler, its session; else the session of this thread: the one that init() made, or the
 * one whose handlers run here.
 */
export function currentControls(): Controls | undefined {
  const caller = runningCaller();
  return (caller && byOwner.get(caller.owner)) ?? current;
}

export function setCurrentControls(controls: Controls | undefined): void {
  current = controls;
}

/**
 * What other threads need to attach to the default session: pyfuse3's trio_token. null except while
 * main() runs.
 */
export let loopToken: LoopToken | null = null;

export function setLoopToken(token: LoopToken | null): void {
  loopToken = token;
}
