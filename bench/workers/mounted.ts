import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { mount, type Session } from 'wasmfuse';

const FILESYSTEM = new URL('hashing.js', import.meta.url);
/** dd(1) makes one read(2) of each block. */
const BLOCK_BYTES = 32;

const run = promisify(execFile);

export async function serve(dir: string, workers: number): Promise<Session> {
  const session = await mount(FILESYSTEM, dir, undefined, { workers });
  session.main().catch((error) => console.error(error));
  return session;
}

/** Microseconds a request, with `clients` processes making `count` together. */
export async function requests(dir: string, clients: number, count: number): Promise<number> {
  const each = `count=${count / clients}`;
  const args = [`if=${dir}/hash`, 'of=/dev/null', `bs=${BLOCK_BYTES}`, each, 'status=none'];
  const start = performance.now();
  await Promise.all(Array.from({ length: clients }, () => run('dd', args)));
  return ((performance.now() - start) * 1000) / count;
}
