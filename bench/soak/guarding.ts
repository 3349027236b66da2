import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { within } from './time.js';

const PROGRAM = fileURLToPath(new URL('guard.js', import.meta.url));
const SIGN_MS = 1000;
const END_MS = 30_000;

/** Starts the guard; returns what ends it, and with it all that was started on mounts in `base`. */
export function startGuard(base: string): () => Promise<void> {
  const guard = spawn(process.execPath, [PROGRAM, base, `${process.pid}`], {
    stdio: ['pipe', 'inherit', 'inherit'],
    detached: true,
  });
  const ended = once(guard, 'close');
  ended.catch(() => {});
  guard.stdin.on('error', () => {});
  const signs = setInterval(() => guard.stdin.write('.'), SIGN_MS);
  return async () => {
    clearInterval(signs);
    guard.stdin.end();
    await within(END_MS, ended, 'the end of the guard');
  };
}
