import { BroadcastChannel } from 'node:worker_threads';
import type { Server } from './session/server.js';

type Message = { readonly interrupt: Uint8Array } | 'terminate';

/**
 * What the threads of one session tell each other, without the main thread, which may be waiting
 * for its own mount.
 */
export class Siblings {
  readonly #channel: BroadcastChannel;

  /** @param name of the session; different from those of others. */
  constructor(name: string, server: Server) {
    this.#channel = new BroadcastChannel(name);
    this.#channel.onmessage = (event: unknown) => {
      const message = (event as { data: Message }).data;
      if (message === 'terminate') server.terminate();
      else server.interrupt(message.interrupt);
    };
    this.#channel.unref();
    server.shares((interrupt) => this.#tell({ interrupt }));
  }

  #tell(message: Message): void {
    this.#channel.postMessage(message);
  }

  terminate(): void {
    this.#tell('terminate');
  }
}
