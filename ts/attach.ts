import { BroadcastChannel } from 'node:worker_threads';
import { unlessHeld } from './awaited.js';

import { HELLO, HERE, type LoopControl, OPEN } from './control.js';
import { methods, type RemoteMethods } from './methods.js';
import { callsOf, type Messenger, type NotificationCalls, Notifications } from './notifications.js';
import { type Remote, type Rpc, rpc } from './rpc.js';
import { type Content, contentOf, isAlive, type LoopToken } from './token.js';
import type { SessionStats } from './types.js';
import { Uplink } from './uplink.js';

/** How often a call that waits looks whether main() still runs. */
const LOOK_MS = 20;

/** What every session offers to other threads, beside notifications. */
interface LoopCalls {
  /** See {@link Session.terminate}. */
  terminate(): Promise<void>;
  stats(): Promise<SessionStats>;
}

/**
 * A session as other threads see it: its calls, and the filesystem's own methods, both as
 * `remote.operations.method()` and, where no call of the session has that name, `remote.method()`.
 * The methods run in the loop's thread; arguments and results are structured clones.
 */
export type LoopRemote<T = RemoteMethods> = LoopCalls &
  NotificationCalls & {
    readonly operations: Remote<T>;
  } & Remote<T>;

export function remoteOf(
  calls: LoopCalls,
  notifications: Notifications,
  operations: RemoteMethods,
): LoopRemote {
  const told = callsOf(notifications);
  const known: Record<string | symbol, unknown> = { ...told, ...calls, operations };
  return new Proxy(known, {
    get: (_target, name) => known[name] ?? Reflect.get(operations, name),
  }) as unknown as LoopRemote;
}

function stale(): Error {
  return new Error('this loopToken is stale: its main() has ended');
}

/** Calls over a token's channel; while none is pending, the channel keeps no thread alive. */
class Line {
  readonly #content: Content;
  readonly #channel: BroadcastChannel;
  readonly remote: Remote<LoopControl>;
  readonly messenger: Messenger;
  readonly #release: () => void;
  #pending = 0;

  constructor(content: Content, { wrap, release }: Rpc) {
    this.#content = content;
    this.#channel = new BroadcastChannel(this.#content.channel);
    this.remote = wrap<LoopControl>(this.#channel);
    this.#release = () => release(this.remote);
    this.#channel.unref();
    const uplink = new Uplink((packed) => this.ask(() => this.remote.enqueue(packed)));
    this.messenger = {
      deliver: (notice) =>
        unlessHeld(
          notice,
          this.ask(() => this.remote.notify(notice)),
        ),
      enqueue: (entry) => {
        if (!isAlive(this.#content)) throw stale();
        uplink.push(entry);
      },
    };
  }

  /** Settles as the answer does; rejects once main() has ended without one. */
  async ask<T>(call: () => Promise<T>): Promise<T> {
    if (!isAlive(this.#content)) throw stale();
    if (this.#pending++ === 0) this.#channel.ref();
    let timer: NodeJS.Timeout | undefined;
    let wasAlive = true;
    const end = new Promise<never>((_resolve, reject) => {
      timer = setInterval(() => {
        // An answer given just before the end is still on its way.
        if (!wasAlive) reject(stale());
        wasAlive = isAlive(this.#content);
      }, LOOK_MS);
    });
    try {
      return await Promise.race([call(), end]);
    } finally {
      clearInterval(timer);
      if (--this.#pending === 0) this.#channel.unref();
    }
  }

  /** Frees the channel once main() has ended and nobody waits; says whether it did. */
  closeIfStale(): boolean {
    if (this.#pending > 0 || isAlive(this.#content)) return false;
    this.#release();
    this.#channel.close();
    return true;
  }

  /** The loop's thread may not have begun to listen when a token is very young. */
  greet(): Promise<void> {
    return this.ask(
      () =>
        new Promise((resolve) => {
          const answered = (event: Event) => {
            const { data } = event as MessageEvent;
            if (data === OPEN) this.#channel.postMessage(HELLO);
            if (data !== HERE) return;
            this.#channel.removeEventListener('message', answered);
            resolve();
          };
          this.#channel.addEventListener('message', answered);
          this.#channel.postMessage(HELLO);
        }),
    );
  }
}

/**
 * The lines of this thread: a channel delivers each answer to every one on it. Collected while
 * main() runs, a line's remote would make Comlink tell the loop's thread to listen no more, to
 * anybody.
 */
const lines = new Map<string, Line>();

function lineOf(content: Content, calls: Rpc): Line {
  for (const [channel, line] of lines) if (line.closeIfStale()) lines.delete(channel);
  if (!isAlive(content)) throw stale();
  const line = lines.get(content.channel) ?? new Line(content, calls);
  lines.set(content.channel, line);
  return line;
}

/**
 * Connects any thread of the process to a main() that runs.
 *
 * @param token `loopToken` of the session, posted or transferred to this thread.
 * @throws TypeError for anything else; Error when main() has ended, then and in every later call.
 */
export async function attach<T = RemoteMethods>(token: LoopToken): Promise<LoopRemote<T>> {
  // Before the caller can transfer it away.
  const content = contentOf(token);
  const line = lineOf(content, await rpc());
  await line.greet();
  const { remote } = line;
  const calls: LoopCalls = {
    terminate: () => line.ask(() => remote.terminate()),
    stats: () => line.ask(() => remote.stats()),
  };
  const operations = methods((name, args) => line.ask(() => remote.invoke(name, ...args)));
  const notifications = new Notifications(line.messenger);
  return remoteOf(calls, notifications, operations) as unknown as LoopRemote<T>;
}
