/** The far side of a Host: serves sessions as its parent says, over the channel of fork(). */
import { readdirSync, readlinkSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { type LoopToken, Session, type SessionConfig } from 'wasmfuse';

/** A session to serve. */
export interface Opening {
  /** URL of the filesystem's module. */
  module: string;
  mountpoint: string;
  options?: string[];
  config?: SessionConfig;
  /** Words that the filesystem shares with the parent's calls. */
  words?: number;
  data?: object;
  /** Serve an instance on the main thread. */
  instance?: boolean;
  maxTasks?: number;
}

/** How main() has settled. */
export interface Settled {
  /** What it rejected with. */
  reason?: { name: string; message: string; code?: string };
}

/** What the process holds: descriptors by what they are, and threads. */
export interface Holdings {
  fds: string[];
  threads: number;
}

interface Served {
  session: Session;
  words: Int32Array;
  main: Promise<Settled>;
}

const FOREIGN = new URL('foreign.js', import.meta.url);
const served = new Map<string, Served>();

function at(mountpoint: string): Served {
  const found = served.get(mountpoint);
  if (found === undefined) throw new Error(`nothing is served at ${mountpoint}`);
  return found;
}

function settled(main: Promise<void>): Promise<Settled> {
  return main.then(
    () => ({}),
    ({ name, message, code }) => ({ reason: { name, message, code } }),
  );
}

function targets(): string[] {
  return readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      // Sockets and pipes are all alike.
      return readlinkSync(`/proc/self/fd/${fd}`).replace(/\[\d+\]$/, '');
    } catch {
      // That of the directory itself.
      return [];
    }
  });
}

const calls = {
  /** Mounts, and starts main(). */
  async open({ module, mountpoint, options, config, words = 0, ...rest }: Opening) {
    const shared = new SharedArrayBuffer(words * Int32Array.BYTES_PER_ELEMENT);
    const data = { ...rest.data, words: shared };
    let session: Session;
    if (rest.instance) {
      const { default: Filesystem } = await import(module);
      const fs = new Filesystem({ ...data, terminate: () => session.terminate() });
      session = new Session(fs, mountpoint, options, config);
    } else session = new Session(module, mountpoint, options, { ...config, data });
    await session.init();
    const main = settled(session.main(1, rest.maxTasks));
    served.set(mountpoint, { session, words: new Int32Array(shared), main });
  },

  async setWord(mountpoint: string, word: number) {
    Atomics.store(at(mountpoint).words, word, 1);
  },

  async word(mountpoint: string, word: number) {
    return Atomics.load(at(mountpoint).words, word);
  },

  /** Waits for the end of main(). */
  async main(mountpoint: string) {
    return at(mountpoint).main;
  },

  async terminate(mountpoint: string) {
    at(mountpoint).session.terminate();
  },

  /** From a thread of its own, which attaches by the token. */
  async terminateFromAfar(mountpoint: string) {
    const workerData = at(mountpoint).session.loopToken as LoopToken;
    const worker = new Worker(FOREIGN, { workerData });
    return new Promise<number>((resolve, reject) => {
      worker.once('error', reject);
      worker.once('exit', resolve);
    });
  },

  /** Returns how many ms it took. */
  async close(mountpoint: string, unmount = true) {
    const start = performance.now();
    await at(mountpoint).session.close(unmount);
    return performance.now() - start;
  },

  async holdings(): Promise<Holdings> {
    const threads = readdirSync('/proc/self/task').length;
    return { fds: targets().sort(), threads };
  },
};

export type Calls = typeof calls;

export interface Call {
  id: number;
  name: keyof Calls;
  args: never[];
}

export interface Reply {
  id: number;
  value?: unknown;
  failure?: string;
}

process.on('message', async ({ id, name, args }: Call) => {
  const reply: Reply = { id };
  try {
    reply.value = await (calls[name] as (...args: never[]) => Promise<unknown>)(...args);
  } catch (thrown) {
    reply.failure = (thrown as Error).stack ?? String(thrown);
  }
  process.send?.(reply);
});
