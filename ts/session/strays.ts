import { newBuf, readBuf, writeBuf } from './buf.js';
import type { BufPointer, Module, SessionPointer } from './module.js';

/** Longer than an INTERRUPT. */
const BUF_BYTES = 4096;

/**
 * Interrupts that were read by one of several sessions on a connection while another one has their
 * request. The kernel can't be asked to send them again: it looks for the request on the very
 * device that answers. So their bytes are handed on to the other sessions.
 */
export class Strays {
  readonly #module: Module;
  readonly #session: SessionPointer;
  readonly #pass: (bytes: Uint8Array) => void;
  readonly #buf: BufPointer;

  constructor(module: Module, session: SessionPointer, pass: (bytes: Uint8Array) => void) {
    this.#module = module;
    this.#session = session;
    this.#pass = pass;
    this.#buf = newBuf(module, BUF_BYTES);
  }

  /** Passes the message in `buf`, which libfuse has processed, on if it was one. */
  look(buf: BufPointer): void {
    if (this.#module.exports.fw_drop_interrupts(this.#session) === 0) return;
    this.#pass(new Uint8Array(readBuf(this.#module, buf)));
  }

  /** Takes one that another session has passed on; whether its request is here or not. */
  take(bytes: Uint8Array): void {
    if (this.#module.isClosed || bytes.length > BUF_BYTES) return;
    writeBuf(this.#module, this.#buf, bytes);
    this.#module.exports.fuse_session_process_buf(this.#session, this.#buf);
    this.#module.exports.fw_drop_interrupts(this.#session);
  }
}
