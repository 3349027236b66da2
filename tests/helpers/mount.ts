import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fsencode } from 'wasmfuse';
import { onPath } from '#dist/cli/onpath.js';
import { deadline, until } from './deadline.js';
import { freeMounts } from './freemount.js';
import { fuseMountsUnder } from './mountinfo.js';
import type { Scope } from './scope.js';
import type { ServerOptions } from './server.js';
import { exec, type Ran } from './sh.js';
import { FALLBACK, isUringExpected } from './wanted.js';

const SERVER = fileURLToPath(new URL('server.js', import.meta.url));
const CLI = fileURLToPath(new URL('../../../dist/cli.js', import.meta.url));
const MOUNT_MS = 10_000;
/** Generous: a busy machine may take seconds to end a process with many jobs in its thread pool. */
const END_MS = 15_000;

/** Why no filesystem can be mounted here; undefined when one can. */
export function whyNoMount(): string | undefined {
  try {
    accessSync('/dev/fuse', constants.R_OK | constants.W_OK);
  } catch (error) {
    return `/dev/fuse: ${(error as Error).message}`;
  }
  if (process.getuid?.() !== 0) return undefined;
  const effective = /^CapEff:\s*([0-9a-f]+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  const CAP_SYS_ADMIN = 21n;
  const mayMount = (BigInt(`0x${effective}`) >> CAP_SYS_ADMIN) & 1n;
  return mayMount ? undefined : 'root without CAP_SYS_ADMIN may not mount';
}

/** Lets others in, where the user may: checks that are another user need root anyway. */
export const FOR_OTHERS = process.getuid?.() === 0 ? ['allow_other'] : [];

/** A directory of the test's own, gone with it. */
export function tempDir(scope: Scope, prefix = 'dir-'): string {
  const dir = mkdtempSync(join(tmpdir(), prefix));
  scope.after(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

/** A directory to mount on, freed at the end of the test whatever is mounted there then. */
export function mountpointOf(scope: Scope): string {
  const reason = whyNoMount();
  if (reason !== undefined) scope.skip(reason);
  const dir = tempDir(scope, 'mnt-');
  scope.after(() => freeMounts(dir));
  return dir;
}

/** Unmounts as whoever runs the tests can: umount(8) as root, fusermount3 otherwise. */
export function unmount(dir: string, { lazy = false } = {}): Promise<Ran> {
  const isRoot = process.getuid?.() === 0;
  const [program, how, flags] = isRoot ? ['umount', '-l', []] : ['fusermount3', '-z', ['-u']];
  const [file, args] = onPath(program, ...flags, ...(lazy ? [how] : []));
  return exec(file, args, { timeout: END_MS, input: fsencode(dir) });
}

/**
 * Gets ready to unmount at a moment when files are open in the mount and this thread serves it: a
 * process that is started then flushes its copies of them, while Node waits for its start. Returns
 * what unmounts, however often that is refused as the mount is busy.
 */
export function readyToUnmount(scope: Scope, dir: string, { lazy = false } = {}) {
  const isRoot = process.getuid?.() === 0;
  const flags = lazy ? ['-l'] : [];
  const command = isRoot ? ['umount', ...flags] : ['fusermount3', lazy ? '-uz' : '-u'];
  const script = 'read _; until "$@" 2> /dev/null; do sleep 0.01; done';
  const child = spawn('sh', ['-c', script, 'sh', ...command, dir], {
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const ended = once(child, 'close');
  scope.after(() => child.kill('SIGKILL'));
  return async (): Promise<void> => {
    child.stdin.end('\n');
    await ended;
  };
}

/** A process that serves a filesystem at `dir`. */
export class Server {
  readonly #child: ChildProcess;
  readonly #chunks: Buffer[] = [];
  /** Settles with the exit code, or the name of the signal that ended the process. */
  readonly ended: Promise<number | string>;
  #status: number | string | undefined;
  #expected = false;

  constructor(
    readonly dir: string,
    args: string[],
    as: { uid?: number; gid?: number } = {},
  ) {
    this.#child = spawn(process.execPath, ['--enable-source-maps', ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      ...as,
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.on('data', (chunk: Buffer) => this.#chunks.push(chunk));
    }
    this.ended = once(this.#child, 'close').then(([code, signal]) => {
      this.#status = (signal ?? code) as number | string;
      return this.#status;
    });
  }

  get pid(): number {
    return this.#child.pid as number;
  }

  /** What the server has printed. */
  output(): string {
    return Buffer.concat(this.#chunks).toString();
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  async mounted(): Promise<void> {
    await until(
      () => {
        if (this.#status !== undefined) {
          throw new Error(`the server ended: ${this.#status}\n${this.output()}`);
        }
        return fuseMountsUnder(this.dir).length > 0;
      },
      MOUNT_MS,
      `mount at ${this.dir}`,
    );
  }

  /** The exit code, when the test expects an end; fails when the server goes on. */
  async end(ms = END_MS): Promise<number | string> {
    this.#expected = true;
    return deadline(this.ended, ms, 'end of the server');
  }

  /** Unmounts as a user would, and expects the server to end well and to leave no mount. */
  async stop(): Promise<void> {
    try {
      if (fuseMountsUnder(this.dir).length > 0) {
        const { status, stderr } = await unmount(this.dir);
        if (status !== 0) throw new Error(`umount ${this.dir}: ${stderr}`);
      }
      const status = await this.end();
      // Else tests that are about io_uring would tell nothing about it.
      if (isUringExpected() && this.output().includes(FALLBACK)) throw new Error(this.output());
      if (status !== 0) throw new Error(`the server ended: ${status}\n${this.output()}`);
    } finally {
      await this.free();
    }
  }

  /** The end of the test: a server that the test itself has ended is only freed. */
  async close(): Promise<void> {
    return this.#expected ? this.free() : this.stop();
  }

  /** Ends the server and its mount whatever state they are in; nothing is expected of them. */
  async free(): Promise<void> {
    freeMounts(this.dir);
    this.#child.kill('SIGKILL');
    await deadline(this.ended, END_MS, 'end of a killed server');
  }
}

async function serve(scope: Scope, dir: string, args: string[]): Promise<Server> {
  const reason = whyNoMount();
  if (reason !== undefined) scope.skip(reason);
  const server = new Server(dir, args);
  scope.after(() => server.close());
  await server.mounted();
  return server;
}

/** Mounts the default export of a module through the public API. */
export function mountModule(
  scope: Scope,
  module: URL,
  options: Omit<ServerOptions, 'module' | 'mountpoint'> = {},
): Promise<Server> {
  const mountpoint = tempDir(scope, 'mnt-');
  const all: ServerOptions = { ...options, module: module.href, mountpoint };
  return serve(scope, mountpoint, [SERVER, JSON.stringify(all)]);
}

/** Mounts as a user of the command line does: `wasmfuse mount <args> <mountpoint>`. */
export function mountCli(scope: Scope, args: string[], after: string[] = []): Promise<Server> {
  const mountpoint = tempDir(scope, 'mnt-');
  return serve(scope, mountpoint, [CLI, 'mount', ...args, mountpoint, ...after]);
}
