import { Worker } from 'node:worker_threads';
import * as Comlink from 'comlink';
import { type Filesystem, mount, type Session, type SessionConfig } from 'wasmfuse';
import { endpointOf } from './endpoint.js';
import { instanceOf } from './filesystems.js';
import Trial from './trial.js';

/** What is served, and how. */
export interface Order {
  readonly url: URL;
  readonly data: unknown;
  readonly dir: string;
  readonly options: readonly string[];
  readonly workers: number;
  readonly config: SessionConfig;
}

export interface Made {
  readonly filesystem: Filesystem;
  readonly config: SessionConfig;
  /** Lets handlers call what needs the session. */
  bind?(session: Session): void;
  /** Frees what the session does not. */
  release?(): Promise<unknown>;
}

const makers = {
  worker: async ({ url, data, config }: Order): Promise<Made> => ({
    filesystem: url,
    config: { ...config, data },
  }),

  workers: async ({ url, data, config, workers }: Order): Promise<Made> => ({
    filesystem: url,
    config: { ...config, data, workers },
  }),

  'main thread': async ({ url, data, config }: Order): Promise<Made> => {
    const filesystem = await instanceOf(url, data);
    return {
      filesystem,
      config,
      bind: (session) => {
        if (filesystem instanceof Trial) filesystem.terminate = () => session.terminate();
      },
    };
  },

  remote: async ({ url, data, config }: Order): Promise<Made> => {
    const holder = new Worker(new URL('remote.js', import.meta.url), {
      workerData: { url: url.href, data },
    });
    const filesystem = Comlink.wrap<object>(endpointOf(holder));
    return { filesystem, config, release: () => holder.terminate() };
  },
} satisfies Record<string, (order: Order) => Promise<Made>>;

/** Where the handlers are: in one thread or several, on the main one, or behind a port. */
export type Placement = keyof typeof makers;

export const placements = Object.keys(makers) as readonly Placement[];

/** Makes the filesystem where the placement wants it. */
export function make(placement: Placement, order: Order): Promise<Made> {
  return makers[placement](order);
}

/** Makes and mounts it. */
export async function serve(placement: Placement, order: Order) {
  const made = await make(placement, order);
  try {
    const session = await mount(made.filesystem, order.dir, order.options, made.config);
    made.bind?.(session);
    return { made, session };
  } catch (thrown) {
    await made.release?.();
    throw thrown;
  }
}
