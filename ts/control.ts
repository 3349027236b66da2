import { BroadcastChannel } from 'node:worker_threads';
import { rpc } from './rpc.js';
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

/** Words on the channel that are not Comlink's: the loop's thread listens from now on; */
export const OPEN = 'wasmfuse: open';
/** somebody wants to attach; */
export const HELLO = 'wasmfuse: hello';
/** who does may call. */
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
  let answering: Promise<void> | undefined;
  channel.addEventListener('message', async (event) => {
    if ((event as MessageEvent).data !== HELLO) return;
    answering ??= rpc().then(({ expose }) => expose(control, channel));
    await answering;
    channel.postMessage(HERE);
  });
  // main() itself keeps the thread alive.
  channel.unref();
  // Whoever came before says hello again.
  channel.postMessage(OPEN);
  return () => channel.end();
}
