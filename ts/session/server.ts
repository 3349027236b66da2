import { errno, SystemError } from '../errors.js';
import { fsencode } from '../names.js';
import type { Operations } from '../operations.js';
import { releaseAutoUnmount, type Unmounter } from './autounmount.js';
import { negotiate } from './connection.js';
import { LATE, within } from './deadline.js';
import { Dispatcher } from './dispatch.js';
import { describeThrown, LOG_DEBUG, LOG_ERROR, type Log } from './log.js';
import { Loop } from './loop.js';
import type { Pointer } from './memory.js';
import { instantiate, type Module, type SessionPointer } from './module.js';
import { severFd, shim, type Watch } from './shim.js';

/** What a server needs to know, fit for structured clone. */
export interface ServerConfig {
  /** Mount options, each as after `-o`. */
  readonly options: readonly string[];
  /** End main() with an error that a handler did not throw on purpose. */
  readonly raiseUnexpected: boolean;
  /** Most milliseconds that close() waits for handlers. */
  readonly closeTimeout: number;
}

/**
 * One session of libfuse on this thread: its module instance, its device, and the filesystem's
 * handlers. Knows nothing of other sessions, nor of threads.
 */
export class Server {
  readonly #fs: Operations;
  readonly #config: ServerConfig;
  readonly #log: Log;
  readonly #dispatcher: Dispatcher;
  readonly #module: Module;
  /** libfuse's words while it is asked something, for the error that follows. */
  #words: string[] | undefined;
  #session: SessionPointer | undefined;
  #watch: Watch | undefined;
  #loop: Loop | undefined;
  #running: Promise<void> | undefined;
  /** As libfuse wants it at first; INIT may make requests smaller, but not xattrs. */
  #bufferSize = 0;
  /** The filesystem's own end, once it has begun. */
  #destruction: Promise<void> | undefined;
  /** main() has failed, and the device is no more. */
  #isBroken = false;
  #mountpoint = '';

  constructor(fs: Operations, config: ServerConfig, log: Log) {
    this.#fs = fs;
    this.#config = config;
    this.#log = log;
    this.#dispatcher = new Dispatcher(fs, log, (thrown) => {
      if (!config.raiseUnexpected) return;
      const isError = thrown instanceof Error;
      this.#loop?.stop(isError ? thrown : new Error(`a handler threw ${describeThrown(thrown)}`));
    });
    this.#module = instantiate({
      ops: {
        ...this.#dispatcher.ops,
        init: (_userdata: Pointer, conn: Pointer) => this.#init(conn >>> 0),
        destroy: () => this.#destroyed(),
      },
      log: (level, line) => {
        if (this.#words !== undefined && level < LOG_DEBUG) this.#words.push(line.trim());
        else log(level, line);
      },
      interrupted: (request) => this.#dispatcher.interrupted(request),
    });
    this.#dispatcher.attach(this.#module);
  }

  /**
   * Mounts; nothing is answered before main().
   *
   * @returns the descriptor of the device.
   * @throws SystemError with libfuse's words: EINVAL for an option it does not know, or what
   * mounting said.
   */
  mount(mountpoint: string): number {
    this.#mountpoint = mountpoint;
    this.#session = this.#newSession(mountpoint);
    this.#bufferSize = this.#module.exports.fw_session_bufsize(this.#session) >>> 0;
    const path = this.#strings([fsencode(mountpoint)]);
    const [result, words] = this.#listen(() =>
      this.#module.exports.fw_session_mount(this.#session as SessionPointer, path),
    );
    this.#module.exports.free(path);
    if (result < 0) {
      this.#destroy();
      throw new SystemError(-result, 'mount', mountpoint, words);
    }
    const fd = this.#module.exports.fuse_session_fd(this.#session);
    const watch = shim.watch(fd, (status) => this.#loop?.ready(status));
    if (typeof watch === 'number') {
      this.#unmountAndDestroy(true).catch(() => {});
      throw new SystemError(-watch, 'epoll_ctl', mountpoint);
    }
    this.#watch = watch;
    return fd;
  }

  get unmounter(): Unmounter {
    const { exports } = this.#module;
    return { pid: exports.fw_auto_unmount_pid(), fd: exports.fw_auto_unmount_fd() };
  }

  /** Serves; see Loop. */
  async main(minTasks: number, maxTasks: number): Promise<void> {
    if (this.#running !== undefined) throw new Error('main() is running already');
    if (this.#session === undefined || this.#watch === undefined) {
      throw new Error('main() needs a mounted session');
    }
    if (this.#isBroken) throw new Error('the session has failed; close it');
    this.#module.exports.fuse_session_reset(this.#session);
    const loop = new Loop(this.#module, this.#session, this.#dispatcher, {
      minTasks,
      maxTasks,
      bufferSize: this.#bufferSize,
    });
    try {
      loop.allocate();
    } catch (thrown) {
      loop.free();
      throw thrown;
    }
    this.#loop = loop;
    this.#running = loop.run(this.#watch);
    try {
      await this.#running;
    } catch (thrown) {
      // Nobody will answer any more: callers are freed by cutting the connection.
      this.#sever();
      throw thrown;
    } finally {
      this.#running = undefined;
    }
  }

  #sever(): void {
    if (this.#session === undefined) return;
    severFd(this.#module.exports.fuse_session_fd(this.#session));
    this.#isBroken = true;
  }

  /** Ends main() once the requests in flight are answered. */
  terminate(): void {
    if (this.#session === undefined) return;
    this.#module.exports.fuse_session_exit(this.#session);
    this.#loop?.stop();
  }

  /**
   * Ends main(), waiting for handlers up to closeTimeout, and destroys the session. What is left
   * then is answered with EIO.
   *
   * @param unmount false leaves a dead mountpoint, so that nothing is written to the directory
   * below.
   */
  async close(unmount: boolean): Promise<void> {
    if (this.#session === undefined) return;
    this.terminate();
    // main() itself reports how it ended.
    const deadline = performance.now() + this.#config.closeTimeout;
    await this.#orTimeout(this.#running, deadline, () => {
      this.#dispatcher.abandon();
      this.#loop?.abandon();
    });
    await this.#unmountAndDestroy(unmount);
    await this.#orTimeout(this.#destruction, deadline, () => {
      this.#log(LOG_ERROR, 'destroy has not ended within closeTimeout');
    });
  }

  /** Waits for a promise, but not beyond `deadline`, in ms of performance.now(). */
  async #orTimeout(
    promise: Promise<unknown> | undefined,
    deadline: number,
    late: () => void,
  ): Promise<void> {
    if (promise === undefined) return;
    const left = Math.max(deadline - performance.now(), 0);
    if (
      (await within(
        left,
        promise.catch(() => {}),
      )) === LATE
    )
      late();
  }

  async #unmountAndDestroy(unmount: boolean): Promise<void> {
    const { exports } = this.#module;
    // Before libfuse closes the descriptor that is being watched.
    if (this.#watch !== undefined) shim.watch_close(this.#watch);
    this.#watch = undefined;
    const { unmounter } = this;
    if (unmount) exports.fuse_session_unmount(this.#session as SessionPointer);
    this.#destroy();
    await releaseAutoUnmount(unmounter);
  }

  #destroy(): void {
    const session = this.#session as SessionPointer;
    this.#session = undefined;
    this.#module.exports.fuse_session_destroy(session);
    this.#module.isClosed = true;
  }

  #newSession(mountpoint: string): SessionPointer {
    const args = ['wasmfuse', ...this.#config.options.flatMap((option) => ['-o', option])];
    const block = this.#strings(args.map(fsencode));
    const [session, words] = this.#listen(() =>
      this.#module.exports.fw_session_new(block, args.length),
    );
    this.#module.exports.free(block);
    if (session === 0)
      throw new SystemError(errno.EINVAL as number, 'fuse_session_new', mountpoint, words);
    return (session >>> 0) as SessionPointer;
  }

  /**
   * Strings one after the other in the module's memory, each ended by NUL; the caller frees them.
   */
  #strings(list: Buffer[]): Pointer {
    const block = Buffer.concat(list.flatMap((text) => [text, Buffer.alloc(1)]));
    const at = this.#module.exports.malloc(block.length) >>> 0;
    this.#module.memory.bytes.set(block, at);
    return at;
  }

  #listen<T>(call: () => T): [result: T, words: string | undefined] {
    const words: string[] = [];
    this.#words = words;
    try {
      const result = call();
      return [result, words.length > 0 ? words.join(' ') : undefined];
    } finally {
      this.#words = undefined;
    }
  }

  #init(conn: Pointer): void {
    try {
      negotiate(this.#module, this.#fs, this.#mountpoint, conn);
    } catch (thrown) {
      this.#loop?.stop(thrown);
    }
  }

  #destroyed(): void {
    const destroy = async () => this.#fs.destroy();
    this.#destruction = destroy().catch((thrown) => {
      this.#log(LOG_ERROR, `destroy failed: ${describeThrown(thrown)}`);
    });
  }
}
