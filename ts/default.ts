import { defaultOptions } from './constants.js';
import { currentControls, setCurrentControls, setLoopToken } from './current.js';
import type { Filesystem } from './handlers.js';
import type { SessionConfig } from './options.js';
import { Session } from './session.js';

/** The session that the functions below act on, as in pyfuse3; the last one, when it is closed. */
let session: Session | undefined;
let isOpen = false;

function needed(name: string): Session {
  if (session === undefined) throw new Error(`Need to call init() before ${name}()`);
  return session;
}

/**
 * Mounts a filesystem as the default session; see {@link Session}. Nothing is answered before
 * main().
 *
 * @throws Error when there is a default session that is not closed.
 */
export async function init(
  ops: Filesystem,
  mountpoint: string,
  options: Iterable<string> = defaultOptions,
  config: SessionConfig = {},
): Promise<void> {
  if (isOpen) throw new Error('init() was called already; call close() first');
  const made = new Session(ops, mountpoint, options, config);
  session = made;
  isOpen = true;
  setCurrentControls(made);
  made.closed.then(() => {
    if (session === made) isOpen = false;
  });
  await made.init();
}

/** Serves the default session; see {@link Session.main}. */
export async function main(minTasks = 1, maxTasks = 99): Promise<void> {
  const served = needed('main');
  const running = served.main(minTasks, maxTasks);
  setLoopToken(served.loopToken);
  try {
    await running;
  } finally {
    setLoopToken(served.loopToken);
  }
}

/**
 * Ends main(); also inside a handler, whose answer is still delivered. See {@link
 * Session.terminate}.
 */
export function terminate(): void {
  const controls = currentControls();
  if (controls === undefined) throw new Error('Need to call init() before terminate()');
  controls.terminate();
}

/** Unmounts and frees the default session; see {@link Session.close}. */
export async function close(unmount = true): Promise<void> {
  await needed('close').close(unmount);
}
