import { fstatSync } from 'node:fs';
import { SystemError } from './errors.js';
import { closeFd, type ShimCall, shim } from './session/shim.js';

declare const tokenBrand: unique symbol;
/**
 * Names a main() that runs, to any thread of this process: may be posted as a copy, or transferred.
 * Only attach() can read it.
 */
export type LoopToken = ArrayBuffer & { readonly [tokenBrand]: true };

export interface Content {
  /** The BroadcastChannel on which the loop's thread listens. */
  readonly channel: string;
  /** Descriptors are alike in all threads: this one is open while main() runs. */
  readonly fd: number;
  /** What it must be; the number may have become another file's since. */
  readonly ino: number;
}

/** Ends by being closed that every thread can see, even while the loop's thread is busy. */
class Beacon {
  readonly fd: number;
  readonly ino: number;

  constructor() {
    const fds = new Int32Array(2);
    const result = (shim.pipe as ShimCall)(new Uint8Array(fds.buffer), 0);
    if (result < 0) throw new SystemError(-result, 'pipe');
    const [kept, other] = fds as unknown as [number, number];
    closeFd(other);
    this.fd = kept;
    this.ino = fstatSync(kept).ino;
  }
}

/** The owner's side of a token. */
export class Issue {
  readonly #beacon = new Beacon();
  readonly #text: string;

  constructor() {
    const { fd, ino } = this.#beacon;
    const content: Content = { channel: `wasmfuse:${fd}:${ino}`, fd, ino };
    this.#text = JSON.stringify(content);
  }

  /** A token of its own memory, which may be transferred away. */
  token(): LoopToken {
    return new Uint8Array(Buffer.from(this.#text)).buffer as LoopToken;
  }

  /** From here on every token is stale. */
  revoke(): void {
    closeFd(this.#beacon.fd);
  }
}

/** @throws TypeError when it is no token. */
export function contentOf(token: LoopToken): Content {
  try {
    if (!(token instanceof ArrayBuffer)) throw new Error();
    return JSON.parse(Buffer.from(token).toString()) as Content;
  } catch {
    throw new TypeError('attach() needs the loopToken of a running main()');
  }
}

export function isAlive({ fd, ino }: Content): boolean {
  try {
    return fstatSync(fd).ino === ino;
  } catch {
    return false;
  }
}
