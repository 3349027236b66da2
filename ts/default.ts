import { defaultOptions } from './constants.js';
import { currentControls, setCurrentControls } from './current.js';
import type { Filesystem } from './handlers.js';
import type { SessionConfig } from './options.js';
import { Session } from './session.js';

/** The session that the functions below act on, as in pyfuse3. */
let session: Session | undefined;

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
  if (session !== undefined) throw new Error('init() was called already; call close() first');
  const made = new Session(ops, mountpoint, options, config);
  session = made;
  setCurrentControls(made);
  made.closed.then(() => {
    if (session !== made) return;
    session = undefined;
    setCurrentControls(undefined);
  });
  await made.init();
}

/** Serves the default session; see {@link Session.main}. */
export async function main(minTasks = 1, maxTasks = 99): Promise<void> {
  await needed('main').main(minTasks, maxTasks);
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
