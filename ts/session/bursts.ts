import { layout } from './generated/layout.js';
import type { Pointer } from './memory.js';
import type { ShimChannel } from './shim.js';
import type { Task } from './task.js';

const { channel: record } = layout;

/**
 * Requests that are read before those read earlier are answered, and replies that are sent
 * together: the same code for one request after the other costs a fraction of what all of it costs
 * for each. See shim/burst.h and shim/held.h; its numbers are in struct abi_channel.
 */
export class Bursts {
  readonly #numbers: Int32Array;
  readonly #shim: ShimChannel;

  /** @param at where the record is. */
  constructor(shim: ShimChannel, memory: ArrayBufferLike, at: Pointer) {
    this.#shim = shim;
    this.#numbers = new Int32Array(memory, at, record.size / Int32Array.BYTES_PER_ELEMENT);
  }

  /** Requests that may be received now; until they have been, or given up, none is waited for. */
  get ahead(): number {
    return this.#numbers[AHEAD] as number;
  }

  giveUp(): void {
    this.#numbers[AHEAD] = 0;
  }

  /**
   * The next reply may be held. Only one whose failure needs no undoing, and whose data is in the
   * task's buffer; without a task it is sent at once.
   */
  mayHold(task: Task | undefined): void {
    this.#numbers[KEPT] = task?.reply ?? 0;
    this.#numbers[KEPT_SIZE] = task?.replySize ?? 0;
  }

  /** Sends what is held: 0, or -errno of a reply that the kernel has refused by now. */
  flush(): number {
    this.mayHold(undefined);
    this.#shim.flush();
    const failure = this.#numbers[FAILURE] as number;
    this.#numbers[FAILURE] = 0;
    return failure;
  }
}

const AHEAD = record.ahead / Int32Array.BYTES_PER_ELEMENT;
const KEPT = record.kept / Int32Array.BYTES_PER_ELEMENT;
const KEPT_SIZE = record.keptSize / Int32Array.BYTES_PER_ELEMENT;
const FAILURE = record.failure / Int32Array.BYTES_PER_ELEMENT;
