import type { Operations } from '../operations.js';
import type { ConnectionInfo } from '../types.js';
import { releaseAutoUnmount, type Unmounter } from './autounmount.js';
import { cloneSession, mountSession, newSession } from './creation.js';
import { countdown, LATE, within } from './deadline.js';
import { Deferred } from './deferred.js';
import { Dispatcher } from './dispatch.js';
import { type Agreement, Handshake } from './handshake.js';
import { describeThrown, errorOf, LOG_ERROR, type Log } from './log.js';
import { Loop } from './loop.js';
import type { Pointer } from './memory.js';
import { instantiate, type Module, type SessionPointer } from './module.js';
import { Notifier } from './notifier.js';
import { prepareOutboxes } from './outbox.js';
import { Readiness } from './readiness.js';
import { severFd } from './shim.js';
import { Counters } from './statistics.js';
import { Strays } from './strays.js';
import { type TransportName, Transports } from './transports.js';
import { Words } from './words.js';

/** What a server needs to know, fit for structured clone. */
export interface ServerConfig {
  /** Mount options, each as after `-o`. */
  readonly options: readonly string[];
  /** End main() with an error that a handler did not throw on purpose. */
  readonly raiseUnexpected: boolean;
  /** Servers on the same connection, this one included. */
  readonly workers: number;
  /** How requests shall come; io_uring only where that is possible. */
  readonly transport: TransportName;
}

/**
 * One session of libfuse on this thread: its module instance, its device, and the filesystem's
 * handlers. Knows nothing of other sessions, nor of threads.
 */
export class Server {
  readonly #fs: Operations;
  readonly #config: ServerConfig;
  readonly #log: Log;
  readonly #counters: Counters;
  readonly #dispatcher: Dispatcher;
  readonly #module: Module;
  readonly #words = new Words();
  #session: SessionPointer | undefined;
  #readiness: Readiness | undefined;
  #handshake: Handshake | undefined;
  #notifier: Notifier | undefined;
  /** Set when others serve the same connection. */
  #strays: Strays | undefined;
  #loop: Loop | undefined;
  #transports: Transports | undefined;
  #running: Promise<void> | undefined;
  /** As libfuse wants it at first; INIT may make requests smaller, but not xattrs. */
  #bufferSize = 0;
  /** The filesystem's own end, once it has begun. */
  #destruction: Promise<void> | undefined;
  /** Why handlers can't be called any more, now and in every further main(). */
  #failure: Error | undefined;
  /** main() has failed, and the device is no more. */
  #isBroken = false;
  #isTerminated = false;
  #agreed = new Deferred<Agreement | undefined>();

  constructor(fs: Operations, config: ServerConfig, log: Log, counters = new Counters()) {
    this.#fs = fs;
    this.#config = config;
    this.#log = log;
    this.#counters = counters;
    this.#dispatcher = new Dispatcher(fs, log, counters, (thrown) => {
      if (config.raiseUnexpected) this.#loop?.stop(errorOf(thrown));
    });
    this.#module = instantiate({
      ops: {
        ...this.#dispatcher.ops,
        init: (_userdata: Pointer, conn: Pointer) => this.#handshake?.init(conn >>> 0),
        destroy: () => this.#destroyed(),
      },
      log: (level, line) => {
        if (this.#handshake?.isQuiet || this.#words.takes(level, line)) return;
        log(level, line);
      },
      interrupted: (request) => this.#dispatcher.interrupted(request),
      post: (iov, count) => this.#notifier?.post(iov, count) ?? 0,
      retrieved: (cookie, data) => this.#notifier?.retrieved(cookie, data),
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
    return this.#start(mountpoint, (session) => {
      mountSession(this.#module, this.#words, session, mountpoint);
    });
  }

  /**
   * Serves a connection together with the server that mounted it, once it has joined that one's
   * agreement with the kernel.
   *
   * @param device that server's descriptor.
   * @returns the descriptor of this server's own device.
   */
  share(mountpoint: string, device: number): number {
    return this.#start(mountpoint, (session) => cloneSession(this.#module, session, device));
  }

  #start(mountpoint: string, open: (session: SessionPointer) => void): number {
    const { exports } = this.#module;
    const { options, workers } = this.#config;
    prepareOutboxes();
    const session = newSession(this.#module, this.#words, options, mountpoint);
    this.#session = session;
    this.#bufferSize = exports.fw_session_bufsize(session) >>> 0;
    const init = (info: ConnectionInfo) => this.#dispatcher.init(info);
    this.#handshake = new Handshake(this.#module, session, this.#fs, init, { mountpoint, workers });
    const size = this.#bufferSize;
    this.#notifier = new Notifier(this.#module, session, size, this.#dispatcher, this.#log);
    try {
      open(session);
    } catch (thrown) {
      this.#destroySession();
      throw thrown;
    }
    const fd = exports.fuse_session_fd(session);
    try {
      this.#readiness = new Readiness(fd, mountpoint);
    } catch (thrown) {
      this.destroy(true, 0).catch(() => {});
      throw thrown;
    }
    const mounted = { module: this.#module, session, readiness: this.#readiness, mountpoint };
    const place = { ...mounted, bufferSize: this.#bufferSize, isAlone: workers === 1 };
    this.#transports = new Transports(place, this.#config, this.#log);
    return fd;
  }

  /** See Transports. */
  get control(): number {
    return this.#transports?.control ?? -1;
  }

  /** What tells the kernel something unasked. @throws Error before mounting. */
  get notifier(): Notifier {
    if (this.#notifier === undefined) throw new Error('the session is not mounted');
    return this.#notifier;
  }

  /** The owner of its handlers; see Caller. */
  get owner(): object {
    return this.#dispatcher;
  }

  get unmounter(): Unmounter {
    const { exports } = this.#module;
    return { pid: exports.fw_auto_unmount_pid(), fd: exports.fw_auto_unmount_fd() };
  }

  /** What the kernel and the filesystem agree on; undefined when this main() ends before. */
  get agreed(): Promise<Agreement | undefined> {
    return this.#agreed.promise;
  }

  /** See Handshake; `stop` ends it as it ends main(). */
  async join(agreement: Agreement): Promise<void> {
    if (this.#handshake === undefined || this.#session === undefined) return;
    // init of the filesystem may have something to tell, as it has in the first server.
    this.notifier.expect();
    await this.#run(this.#handshake.join(agreement, this.#bufferSize));
  }

  /**
   * Others serve the same connection.
   *
   * @param pass gets interrupts that are not for this one; theirs go to `interrupt`.
   */
  shares(pass: (interrupt: Uint8Array) => void): void {
    const session = this.#session as SessionPointer;
    this.#strays = new Strays(this.#module, session, this.#dispatcher, this.#bufferSize, pass);
  }

  interrupt(bytes: Uint8Array): void {
    this.#strays?.take(bytes);
  }

  /** Serves; see Loop. */
  async main(minTasks: number, maxTasks: number): Promise<void> {
    if (this.#running !== undefined) throw new Error('main() is running already');
    if (this.#session === undefined || this.#transports === undefined) {
      throw new Error('main() needs a mounted session');
    }
    if (this.#isBroken) throw new Error('the session has failed; close it');
    this.#module.exports.fuse_session_reset(this.#session);
    this.#isTerminated = false;
    if (this.#handshake?.agreement === undefined) this.#agreed = new Deferred();
    this.#notifier?.expect();
    try {
      await this.#run(this.#serve(this.#transports, minTasks, maxTasks));
    } finally {
      this.#notifier?.pause();
    }
  }

  /** Waits for what `stop` ends. */
  async #run(running: Promise<void>): Promise<void> {
    this.#running = running;
    try {
      await running;
    } finally {
      this.#running = undefined;
    }
  }

  async #serve(transports: Transports, minTasks: number, maxTasks: number): Promise<void> {
    try {
      await this.#agree(transports, maxTasks);
      if (this.#failure !== undefined) throw this.#failure;
    } catch (thrown) {
      this.#sever();
      throw thrown;
    } finally {
      this.#agreed.resolve(this.#handshake?.agreement);
    }
    if (this.#isTerminated || this.#handshake?.agreement === undefined) return;
    const transport = transports.settle(this.#counters);
    const limits = { minTasks, maxTasks };
    const loop = new Loop(transport, this.#dispatcher, this.#counters, limits, this.#strays);
    try {
      loop.allocate();
    } catch (thrown) {
      loop.free();
      // Requests would wait for a ring that was agreed on.
      if (transports.name === 'uring') this.#sever();
      throw thrown;
    }
    this.#loop = loop;
    this.#notifier?.start();
    try {
      await loop.run();
    } catch (thrown) {
      // Nobody will answer any more: callers are freed by cutting the connection.
      this.#sever();
      throw thrown;
    }
  }

  /** Waits for INIT, once in a session's life. Ends early when terminated before it came. */
  async #agree(transports: Transports, maxTasks: number): Promise<void> {
    const handshake = this.#handshake as Handshake;
    if (handshake.agreement !== undefined) return;
    transports.prepare(maxTasks);
    const readable = async () => !this.#isTerminated && (this.#readiness as Readiness).next();
    await handshake.accept(this.#bufferSize, readable);
  }

  #sever(): void {
    if (this.#session === undefined) return;
    this.#transports?.end();
    severFd(this.#module.exports.fuse_session_fd(this.#session));
    this.#notifier?.close();
    this.#isBroken = true;
  }

  /** The handlers are out of order: main() ends with the error. */
  fail(error: Error): void {
    this.#failure ??= error;
    this.#loop?.stop(error);
  }

  /** Ends main() once the requests in flight are answered. */
  terminate(): void {
    if (this.#session === undefined) return;
    this.#isTerminated = true;
    this.#module.exports.fuse_session_exit(this.#session);
    this.#readiness?.endWait();
    this.#loop?.stop();
  }

  /** Ends main(), giving handlers `timeout` ms. What is left then is answered with EIO. */
  async stop(timeout: number): Promise<void> {
    this.terminate();
    if (this.#running === undefined) return;
    // main() itself reports how it ended.
    const ended = this.#running.catch(() => {});
    if ((await within(timeout, ended)) !== LATE) return;
    this.#handshake?.abandon();
    this.#dispatcher.abandon();
    this.#loop?.abandon();
  }

  /**
   * Destroys the session; only after `stop`.
   *
   * @param unmount false leaves a dead mountpoint, so that nothing is written to the directory
   * below.
   * @param timeout ms that the filesystem's own destroy gets.
   */
  async destroy(unmount: boolean, timeout: number): Promise<void> {
    if (this.#session !== undefined) await this.#end(unmount);
    // libfuse does so only where the kernel has opened the conversation.
    this.#destroyed();
    if ((await within(timeout, this.#destruction as Promise<void>)) === LATE) {
      this.#log(LOG_ERROR, 'destroy has not ended within closeTimeout');
    }
  }

  async #end(unmount: boolean): Promise<void> {
    const { exports } = this.#module;
    // Before libfuse closes the descriptor that is being watched.
    this.#readiness?.close();
    this.#readiness = undefined;
    const { unmounter } = this;
    const session = this.#session as SessionPointer;
    this.#transports?.endMounted(unmount);
    if (unmount) exports.fuse_session_unmount(session);
    this.#destroySession();
    this.#transports?.close();
    this.#notifier?.close();
    await releaseAutoUnmount(unmounter);
  }

  /** Both. */
  async close(unmount: boolean, timeout: number): Promise<void> {
    const left = countdown(timeout);
    await this.stop(timeout);
    await this.destroy(unmount, left());
  }

  #destroySession(): void {
    const session = this.#session as SessionPointer;
    this.#session = undefined;
    this.#module.exports.fuse_session_destroy(session);
    this.#module.isClosed = true;
  }

  /** The filesystem's own, once. */
  #destroyed(): void {
    const destroy = async () => this.#fs.destroy();
    this.#destruction ??= destroy().catch((thrown) => {
      this.#log(LOG_ERROR, `destroy failed: ${describeThrown(thrown)}`);
    });
  }
}
