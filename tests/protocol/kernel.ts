import { constants } from 'node:fs';
import type { Operations } from '#dist/operations.js';
import { linux } from '#dist/session/generated/layout.js';
import type { Agreement } from '#dist/session/handshake.js';
import { Server } from '#dist/session/server.js';
import { type ShimCall, shim } from '#dist/session/shim.js';
import type { Counters } from '#dist/session/statistics.js';
import { until } from '../helpers/deadline.js';
import type { Scope } from '../helpers/scope.js';
import { constant, type Fields, opcodes, pack, sizeOf, unpack, type Values } from './wire.js';

const HEADER = sizeOf('fuse_in_header');
const CLOSE_MS = 200;
/** More than any answer of these tests has. */
const MOST = 1 << 18;

export interface Answer {
  /** Positive errno, or 0. */
  error: number;
  unique: bigint;
  body: Buffer;
}

interface Sent {
  unique?: bigint;
  nodeid?: bigint;
  uid?: number;
  gid?: number;
  pid?: number;
}

/** How a server serves. */
interface Serving {
  /** Tasks. */
  min: number;
  max: number;
  raiseUnexpected: boolean;
  counters: Counters | undefined;
}

const call = (name: string) => shim[name] as ShimCall;

/**
 * The kernel's side of a session: writes requests and reads answers over a socket that the server
 * takes for the device. The server is the real one, with all of libfuse; nothing is mounted.
 */
export class Kernel {
  readonly server: Server;
  /** What the server has logged. */
  readonly lines: string[] = [];
  /** Settles as main() does. */
  readonly served: Promise<void>;
  readonly answers: Answer[] = [];
  readonly #memory = Buffer.alloc(MOST);
  #fd: number;
  #unique = 2n;

  /** @param joins what the server shall share with another one, instead of reading INIT. */
  constructor(
    scope: Scope,
    fs: Operations,
    { min = 1, max = 8, raiseUnexpected = false, counters }: Partial<Serving> = {},
    joins?: Agreement,
  ) {
    // A socket that keeps the bounds of messages, as the device does.
    const type = linux.SOCK_SEQPACKET | constants.O_NONBLOCK;
    const made = call('socketpair')(this.#memory, linux.AF_UNIX, type, 0, 0);
    if (made < 0) throw new Error('socketpair');
    this.#fd = this.#memory.readInt32LE(0);
    const device = this.#memory.readInt32LE(4);
    const config = { options: [], raiseUnexpected, workers: 1, transport: 'read' } as const;
    this.server = new Server(fs, config, (_level, line) => this.lines.push(line), counters);
    this.server.mount(`/dev/fd/${device}`);
    const serve = () => this.server.main(min, max);
    this.served = joins === undefined ? serve() : this.server.join(joins).then(serve);
    // A test that cares awaits it; the others must not fail by an unhandled rejection.
    this.served.catch(() => {});
    scope.after(() => this.close());
  }

  /** Sends a request as it stands. */
  sendBytes(bytes: Buffer): void {
    bytes.copy(this.#memory);
    const sent = call('write')(this.#memory, this.#fd, 0, bytes.length);
    if (sent !== bytes.length) throw new Error(`write to the server: ${sent}`);
  }

  /** Sends a request; returns its number. */
  send(opcode: number, body: Buffer = Buffer.alloc(0), head: Sent = {}): bigint {
    const unique = head.unique ?? this.#unique;
    this.#unique += 2n;
    const len = HEADER + body.length;
    const header: Values = { nodeid: 1n, ...head, len, opcode, unique };
    this.sendBytes(Buffer.concat([pack('fuse_in_header', header), body]));
    return unique;
  }

  /** Reads every answer that is there. */
  #receive(): void {
    for (;;) {
      const size = call('read')(this.#memory, this.#fd, 0, MOST);
      if (size <= 0) return;
      const bytes = Buffer.from(this.#memory.subarray(0, size));
      const { len, error, unique } = unpack('fuse_out_header', bytes);
      if (len !== size) throw new Error(`an answer of ${size} bytes says it has ${len}`);
      const body = bytes.subarray(sizeOf('fuse_out_header'));
      this.answers.push({ error: error === 0 ? 0 : -error, unique, body });
    }
  }

  /** The answers to a request so far: exactly one is right. */
  answersTo(unique: bigint): Answer[] {
    this.#receive();
    return this.answers.filter((answer) => answer.unique === unique);
  }

  /** The answer to a request. */
  answer(unique: bigint, ms = 2000): Promise<Answer> {
    return until(() => this.answersTo(unique)[0], ms, `answer to request ${unique}`);
  }

  /** Sends a request and waits for its answer. */
  ask(opcode: number, body?: Buffer, head?: Sent): Promise<Answer> {
    return this.answer(this.send(opcode, body, head));
  }

  /** Begins the conversation as a kernel that can do everything; returns what was agreed on. */
  async init(fields: Values = {}): Promise<Fields> {
    const { error, body } = await this.ask(
      opcodes.INIT as number,
      pack('fuse_init_in', {
        major: constant('FUSE_KERNEL_VERSION'),
        minor: constant('FUSE_KERNEL_MINOR_VERSION'),
        max_readahead: 131_072,
        flags: 0xffff_ffff,
        ...fields,
      }),
    );
    if (error !== 0) throw new Error(`INIT failed with errno ${error}`);
    return unpack('fuse_init_out', body);
  }

  /** Closes its end of the device. */
  hangUp(): void {
    if (this.#fd >= 0) call('close')(this.#memory, this.#fd);
    this.#fd = -1;
  }

  async close(): Promise<void> {
    await this.server.close(true, CLOSE_MS);
    this.hangUp();
  }
}
