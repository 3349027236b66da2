import { errno, SystemError } from '../errors.js';
import { fsdecode } from '../names.js';
import { EntryQueue, type QueuedEntry } from './entryqueue.js';
import { LOG_ERROR, type Log } from './log.js';
import type { Messages } from './messages.js';
import type { Outbox } from './outbox.js';

/** Messages on their way at a time: enough that threads hardly ever wait for each other. */
const WINDOW = 64;

/** Entries to be invalidated in the order in which they came, while nobody waits for them. */
export class EntryPump {
  readonly #queue = new EntryQueue();
  readonly #outbox: Outbox;
  readonly #messages: Messages;
  readonly #log: Log;
  #onTheWay = 0;
  #isRunning = false;
  #isOpen = false;

  constructor(outbox: Outbox, messages: Messages, log: Log) {
    this.#outbox = outbox;
    this.#messages = messages;
    this.#log = log;
  }

  push(entry: QueuedEntry): void {
    this.#queue.push(entry);
    this.#run();
  }

  /** See EntryQueue. */
  pushPacked(packed: Uint8Array): void {
    this.#queue.pushPacked(packed);
    this.#run();
  }

  /** Closed, it keeps what it has. */
  set isOpen(isOpen: boolean) {
    this.#isOpen = isOpen;
    this.#run();
  }

  clear(): void {
    this.#queue.clear();
  }

  #run(): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    try {
      while (this.#isOpen && this.#onTheWay < WINDOW && !this.#queue.isEmpty) this.#sendOne();
    } finally {
      this.#isRunning = false;
    }
  }

  #sendOne(): void {
    const entry = this.#queue.shift() as QueuedEntry;
    const { parent, name, deleted } = entry;
    this.#onTheWay++;
    const make = () => this.#messages.entry(parent, name, deleted);
    this.#outbox.send(make, true, (result) => {
      this.#onTheWay--;
      if (result < 0 && this.#isOpen) this.#failed(entry, -result);
      this.#run();
    });
  }

  #failed({ parent, name, ignoreEnoent }: QueuedEntry, number: number): void {
    if (ignoreEnoent && number === errno.ENOENT) return;
    const shown = JSON.stringify(fsdecode(name));
    const { message } = new SystemError(
      number,
      `invalidateEntryAsync(parent ${parent}n, ${shown})`,
    );
    this.#log(LOG_ERROR, message);
  }
}
