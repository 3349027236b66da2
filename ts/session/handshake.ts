import { SystemError } from '../errors.js';
import type { Operations } from '../operations.js';
import type { ConnectionInfo } from '../types.js';
import { newBuf, readBuf, writeBuf } from './buf.js';
import { type Place, readConnection, writeConnection } from './connection.js';
import { Deferred } from './deferred.js';
import { constant } from './generated/layout.js';
import type { Pointer } from './memory.js';
import type { BufPointer, Module, SessionPointer } from './module.js';
import { faultOf, isNone } from './verdict.js';

/** The kernel's INIT and the answer to it, which other sessions on this connection must share. */
export interface Agreement {
  readonly request: Uint8Array;
  readonly reply: Uint8Array;
}

/**
 * INIT, the first request on a connection. libfuse processes it twice: first with its reply
 * withheld, which shows what the kernel offers, so that the filesystem's own init may take its time
 * in between; then for good.
 */
export class Handshake {
  readonly #module: Module;
  readonly #session: SessionPointer;
  readonly #fs: Operations;
  readonly #init: (info: ConnectionInfo) => Promise<void>;
  readonly #place: Place;
  /** Where INIT stands: what the filesystem is asked, and once it has been, its answer. */
  #offer: ConnectionInfo | undefined;
  #decision: ConnectionInfo | undefined;
  #fault: unknown;
  #isQuiet = false;
  #isAbandoned = false;
  readonly #abandoned = new Deferred<void>();
  agreement: Agreement | undefined;

  /** @param init calls that of the filesystem. */
  constructor(
    module: Module,
    session: SessionPointer,
    fs: Operations,
    init: (info: ConnectionInfo) => Promise<void>,
    place: Place,
  ) {
    this.#module = module;
    this.#session = session;
    this.#fs = fs;
    this.#init = init;
    this.#place = place;
  }

  /** libfuse's init operation. Nothing may be thrown through libfuse. */
  init(conn: Pointer): void {
    try {
      if (this.#decision !== undefined) writeConnection(this.#module, this.#decision, conn);
      else this.#offer = readConnection(this.#module, this.#fs, this.#place, conn);
    } catch (thrown) {
      this.#fault = thrown;
    }
  }

  /** What libfuse says about an INIT that it does not answer is of no interest. */
  get isQuiet(): boolean {
    return this.#isQuiet;
  }

  /** Gives up; whatever init is at work on, nothing comes of it. */
  abandon(): void {
    this.#isAbandoned = true;
    this.#abandoned.resolve();
  }

  /** Waits for a handshake, or until it is given up. */
  async #unlessAbandoned(shaking: Promise<void>): Promise<void> {
    // Nobody is interested any more once it has been abandoned.
    shaking.catch(() => {});
    await Promise.race([shaking, this.#abandoned.promise]);
  }

  /**
   * Reads the kernel's INIT and answers it. There is an agreement then, unless the session has
   * ended or been abandoned before.
   *
   * @param readable settles once the device can be read; with false when nobody waits any more.
   * @throws what the filesystem's init threw; SystemError when reading failed, or libfuse ended the
   * session.
   */
  async accept(size: number, readable: () => Promise<boolean>): Promise<void> {
    await this.#unlessAbandoned(this.#accept(size, readable));
  }

  async #accept(size: number, readable: () => Promise<boolean>): Promise<void> {
    await this.#withBuffer(size, async (buf) => {
      while (this.agreement === undefined && !this.#isAbandoned) {
        const result = this.#module.exports.fuse_session_receive_buf(this.#session, buf);
        if (result > 0) await this.#answer(buf);
        else if (!isNone(result)) {
          const fault = faultOf(result);
          if (fault !== undefined) throw fault;
          return;
        } else if (!(await readable())) return;
      }
    });
  }

  /**
   * Takes part in what another session on the connection has agreed on.
   *
   * @param size bytes of a request buffer.
   * @throws Error when this filesystem wants something else than that other's; as `accept`.
   */
  async join(agreement: Agreement, size: number): Promise<void> {
    if (this.agreement === undefined) await this.#unlessAbandoned(this.#join(agreement, size));
  }

  async #join(agreement: Agreement, size: number): Promise<void> {
    const { request, reply } = agreement;
    await this.#withBuffer(size, async (buf) => {
      writeBuf(this.#module, buf, request);
      const own = await this.#negotiate(buf, constant.FW_REPLIES_WITHHELD);
      if (this.#isAbandoned) return;
      if (Buffer.compare(own, reply) !== 0) {
        throw new Error('init of the filesystem decides otherwise in another worker thread');
      }
      this.agreement = agreement;
    });
  }

  async #answer(buf: BufPointer): Promise<void> {
    const request = new Uint8Array(readBuf(this.#module, buf));
    const reply = await this.#negotiate(buf, constant.FW_REPLIES_KEPT);
    // Without a decision, the kernel will ask again in words of the protocol that libfuse knows.
    if (this.#decision !== undefined) this.agreement = { request, reply };
  }

  /** Returns libfuse's reply. */
  async #negotiate(buf: BufPointer, replies: number): Promise<Uint8Array> {
    const { exports, memory } = this.#module;
    const request = new Uint8Array(readBuf(this.#module, buf));
    this.#isQuiet = true;
    exports.fw_session_try_init(this.#session, buf);
    this.#isQuiet = false;
    if (this.#fault === undefined && this.#offer !== undefined) {
      await this.#init(this.#offer);
      if (this.#isAbandoned) return new Uint8Array();
      this.#decision = this.#offer;
    }
    writeBuf(this.#module, buf, request);
    if (this.#fault === undefined) this.#process(buf, replies);
    if (this.#fault !== undefined) throw this.#fault;
    const error = exports.fw_session_error(this.#session);
    if (error < 0) throw new SystemError(-error, 'FUSE_INIT');
    const reply = memory.slice(exports.fw_kept_reply() >>> 0, exports.fw_kept_size());
    return new Uint8Array(reply);
  }

  #process(buf: BufPointer, replies: number): void {
    const { exports } = this.#module;
    exports.fw_set_replies(replies);
    this.#isQuiet = replies === constant.FW_REPLIES_WITHHELD;
    try {
      exports.fuse_session_process_buf(this.#session, buf);
    } finally {
      exports.fw_set_replies(constant.FW_REPLIES_SENT);
      this.#isQuiet = false;
    }
  }

  async #withBuffer(size: number, use: (buf: BufPointer) => Promise<void>): Promise<void> {
    const buf = newBuf(this.#module, size);
    try {
      await use(buf);
    } finally {
      this.#module.exports.fw_bufs_free(buf);
    }
  }
}
