import { BroadcastChannel } from 'node:worker_threads';
import { expose } from './rpc.js';
import type { Notice } from './session/notice.js';
import { contentOf, type LoopToken } from './token.js';
import type { SessionStats } from './types.js';

/** What the loop's thread offers to other threads while main() runs. */
export interface LoopControl {
  terminate(): void;
  stats(): SessionStats;
  notify(notice: Notice): Promise<unknown>;
  /** Entries that nobody waits for; see EntryQueue. */
  enqueue(packed: Uint8Array): void;
  /** Calls a method of the filesystem. By a path of names Comlink would miss `bind`. */
  invoke(name: string, ...args: unknown[]): unknown;
}

/** Words on the channel that are not Comlink's: is anybody there, and the answer. */
export const HELLO = 'wasmfuse: hello';
export const HERE = 'wasmfuse: here';

/** A channel that takes what is said after its end, and drops it. */
class Channel extends BroadcastChannel {
  #isClosed = false;

  override postMessage(message: unknown): void {
    if (!this.#isClosed) super.postMessage(message);
  }

  /** Calls that the end of main() rejects are answered still. */
  end(): void {
    setImmediate(() => {
      this.#isClosed = true;
      this.close();
    });
  }
}

/** Answers those who attach by a token. Returns what ends it. */
export function listen(token: LoopToken, control: LoopControl): () => void {
  const channel = new Channel(contentOf(token).channel);
  channel.addEventListener('message', (event) => {
    if ((event as MessageEvent).data === HELLO) channel.postMessage(HERE);
  });
  expose(control, channel);
  // main() itself keeps the thread alive.
  channel.unref();
  // Whoever came before is waiting.
  channel.postMessage(HERE);
  return () => channel.end();
}
