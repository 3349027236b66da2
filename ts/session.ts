import { isMainThread } from 'node:worker_threads';
import { type LoopRemote, remoteOf } from './attach.js';
import { Burial } from './burial.js';
import type { Filesystem } from './handlers.js';
import { mountAt } from './mountinfo.js';
import { checkMountpointUsable, resolveMountpoint } from './mountpoint.js';
import { Notifications } from './notifications.js';
import { checkMountpoint, checkTasks, type SessionConfig, settingsOf } from './options.js';
import { placed } from './placement.js';
import type { Service } from './service.js';
import { within } from './session/deadline.js';
import { newStatistics, readStatistics } from './session/statistics.js';
import { endOnSignals } from './signals.js';
import { Issue, type LoopToken } from './token.js';
import type { SessionStats } from './types.js';

type State = 'new' | 'starting' | 'mounted' | 'running' | 'closed';

/**
 * One mounted filesystem, from init() to close().
 *
 * A module (URL or path) is imported and served in a thread of its own; an object with handlers is
 * served by the calling thread, which then must never touch the mount synchronously itself.
 */
export class Session extends Notifications {
  /** Absolute path. */
  readonly mountpoint: string;
  /** Settles when close() is done. */
  readonly closed: Promise<void>;
  readonly #service: Service;
  readonly #config: SessionConfig;
  readonly #closeTimeout: number;
  readonly #statistics: SharedArrayBuffer;
  #state: State = 'new';
  #isTerminated = false;
  /** Served no more, but mounted still: libfuse takes that for unmounted. */
  #isAborted = false;
  #closing: Promise<void> | undefined;
  #burial: Burial | undefined;
  #starting: Promise<void> | undefined;
  #resolveClosed: () => void = () => {};
  #removeSignals: () => void = () => {};
  #issue: Issue | undefined;
  #token: LoopToken | undefined;

  /**
   * @param ops the filesystem.
   * @param mountpoint an empty directory, or `/dev/fd/N` for a device that a parent has mounted.
   * @param options mount options of libfuse, such as `allow_other` or `fsname=x`; see
   * mount.fuse3(8).
   * @throws TypeError or RangeError for arguments that can't be right.
   */
  constructor(
    ops: Filesystem,
    mountpoint: string,
    options?: Iterable<string>,
    config: SessionConfig = {},
  ) {
    super({
      deliver: (notice) => this.#serving(notice.call).deliver(notice),
      enqueue: (entry) => this.#serving('invalidateEntryAsync').enqueue(entry),
    });
    this.mountpoint = checkMountpoint(mountpoint);
    const settings = settingsOf(options, config);
    this.#config = config;
    this.#closeTimeout = settings.closeTimeout;
    this.#statistics = newStatistics(settings.workers);
    if (config.handleSignals && !isMainThread) {
      throw new TypeError('handleSignals works in the main thread only');
    }
    this.#service = placed(ops, config, settings, this.#statistics);
    this.#service.controlledBy(this);
    this.closed = new Promise((resolve) => {
      this.#resolveClosed = resolve;
    });
  }

  /**
   * Mounts: mount(2) as root, fusermount3 otherwise. Nothing is answered before main(), so whoever
   * touches the mount waits.
   *
   * @throws SystemError with libfuse's own words: EINVAL for an unknown option; ENOENT, ENOTDIR,
   * ENOTEMPTY for the mountpoint; EPERM, EACCES without permission. What the module threw, if it
   * did.
   */
  init(): Promise<void> {
    if (this.#state !== 'new') return Promise.reject(new Error('init() was called already'));
    this.#state = 'starting';
    this.#starting = this.#start();
    return this.#starting;
  }

  async #start(): Promise<void> {
    // Also a signal that comes while mounting unmounts.
    if (this.#config.handleSignals) {
      this.#removeSignals = endOnSignals(
        () => this.close(),
        () => this.#burial?.now(),
      );
    }
    try {
      this.#service.prepare();
      const place = await resolveMountpoint(this.mountpoint);
      await checkMountpointUsable(place, this.#config);
      await this.#mount(place);
      this.#checkOpen();
    } catch (thrown) {
      this.#burial?.forget();
      this.#end();
      await this.#service.close(true);
      throw thrown;
    }
    this.#state = 'mounted';
  }

  /** close() waits for init() no longer than for anything else. */
  #checkOpen(): void {
    if (this.#state === 'closed') throw new Error('close() was called while mounting');
  }

  async #mount(place: string): Promise<void> {
    const below = await mountAt(place);
    this.#checkOpen();
    try {
      await this.#service.init(place);
    } finally {
      // A thread that dies right after mounting leaves a mount, too.
      const burial = await Burial.of(place, below);
      if (this.#service.isDead) burial?.now();
      else this.#burial = burial;
    }
  }

  /**
   * Serves requests until the filesystem is unmounted or terminate() is called, and every request
   * read has been answered. Does not unmount. When it rejects, nobody answers any more, and the
   * mount is dead until close().
   *
   * @param minTasks tasks kept waiting for requests.
   * @param maxTasks most requests in flight; further ones wait in the kernel. 1 serialises
   * everything.
   * @throws RangeError unless 0 <= minTasks <= maxTasks and maxTasks >= 1; what ended serving.
   */
  async main(minTasks = 1, maxTasks = 99): Promise<void> {
    checkTasks(minTasks, maxTasks);
    if (this.#state === 'running') throw new Error('main() is running already');
    if (this.#closing !== undefined || this.#state === 'closed') {
      const what = this.#closing === undefined ? 'init() has failed' : 'close()';
      throw new Error(`main() after ${what}`);
    }
    if (this.#state !== 'mounted') throw new Error('Need to call init() before main()');
    if (this.#isTerminated) {
      this.#isTerminated = false;
      return;
    }
    const issue = new Issue();
    this.#issue = issue;
    this.#state = 'running';
    try {
      await this.#service.main({ minTasks, maxTasks, token: issue.token() });
      this.#isAborted = !this.#isTerminated && (this.#burial?.isThere() ?? false);
      if (!this.#isTerminated && !this.#isAborted) this.#burial?.forget();
      this.#isTerminated = false;
    } catch (thrown) {
      if (this.#service.isDead) this.#burial?.now();
      throw thrown;
    } finally {
      this.#issue = this.#token = undefined;
      issue.revoke();
      if (this.#state === 'running') this.#state = 'mounted';
    }
  }

  /**
   * What other threads of the process need to {@link attach}; post a copy of it, or transfer it.
   * null except while main() runs.
   */
  get loopToken(): LoopToken | null {
    // One that was transferred away is empty.
    if (this.#token === undefined || this.#token.byteLength === 0) {
      this.#token = this.#issue?.token();
    }
    return this.#token ?? null;
  }

  /** What the session has done so far. Also works while its threads are too busy to answer. */
  stats(): SessionStats {
    const stats = readStatistics(this.#statistics);
    // A thread that died had no time to count its tasks out.
    if (this.#state !== 'running') stats.tasks.now = stats.tasks.waiting = 0;
    return stats;
  }

  /** What {@link attach} gives to other threads; for this one, also while main() does not run. */
  get remote(): LoopRemote {
    return remoteOf(
      { terminate: async () => this.terminate(), stats: async () => this.stats() },
      this,
      this.#service.operations,
    );
  }

  /** For calls that need a main() that runs. */
  #serving(call: string): Service {
    if (this.#state === 'running') return this.#service;
    if (this.#state === 'new' || this.#state === 'starting') {
      throw new Error(`Need to call init() and main() before ${call}()`);
    }
    const why = this.#state === 'closed' ? 'the session is closed' : 'main() does not run';
    throw new Error(`${call}(): ${why}`);
  }

  /**
   * Ends main() once the requests in flight are answered. Before main(), makes it return at once.
   */
  terminate(): void {
    if (this.#state === 'new') throw new Error('Need to call init() before terminate()');
    if (this.#state === 'closed') return;
    this.#isTerminated = true;
    this.#service.terminate();
  }

  /**
   * Ends main() if it runs, unmounts, and frees everything. Handlers get `config.closeTimeout` to
   * finish; what they have not answered then fails with EIO. Calling it again waits for the same
   * end.
   *
   * @param unmount false leaves a dead mountpoint behind, on which everything fails with ENOTCONN:
   * so that nobody writes to the directory below by mistake.
   */
  close(unmount = true): Promise<void> {
    if (this.#state === 'new') {
      return Promise.reject(new Error('Need to call init() before close()'));
    }
    this.#closing ??= this.#close(unmount);
    return this.#closing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#state !== 'new') await this.close();
  }

  async #close(unmount: boolean): Promise<void> {
    // What is being mounted is unmounted only once it is there; but a module may load for ever.
    if (this.#starting !== undefined) {
      const started = this.#starting.catch(() => {});
      await within(this.#closeTimeout, started);
    }
    if (this.#state === 'closed') return;
    if (!unmount) this.#burial?.forget();
    try {
      // What has been mounted over this mount is not ours to take away.
      const isOnTop = this.#burial?.isOnTop() ?? true;
      const isDone = await this.#service.close(unmount && isOnTop);
      if (isDone && isOnTop && !this.#isAborted) this.#burial?.forget();
      else this.#burial?.now();
    } finally {
      this.#end();
    }
  }

  #end(): void {
    this.#state = 'closed';
    this.#removeSignals();
    this.#resolveClosed();
  }
}

/** Mounts a filesystem and returns its session: `new Session(...)` and `init()` in one. */
export async function mount(
  ops: Filesystem,
  mountpoint: string,
  options?: Iterable<string>,
  config?: SessionConfig,
): Promise<Session> {
  const session = new Session(ops, mountpoint, options, config);
  await session.init();
  return session;
}
