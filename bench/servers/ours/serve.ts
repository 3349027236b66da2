/**
 * Serves a filesystem as a program of a user would: `serve.js <mountpoint> <Order as JSON>`. Ends
 * when it is unmounted.
 */
import * as fuse from 'wasmfuse';

export interface Order {
  /** The filesystem's module. */
  readonly module: string;
  /** What its default export is given. */
  readonly data?: unknown;
  /** Run the handlers in a thread of their own, reached through Comlink. */
  readonly remote?: boolean;
  /** How requests come from the kernel. */
  readonly transport: Transport;
}

export type Transport = 'read' | 'uring';

const MIN_TASKS = 1;
const MAX_TASKS = 99;

const [mountpoint = '', json = ''] = process.argv.slice(2);
const { module, data, remote, transport } = JSON.parse(json) as Order;

/** Without default_permissions, which is among the default ones, as the other peers. */
const options = new Set(['fsname=bench', 'subtype=ours']);

async function serve(filesystem: fuse.Filesystem): Promise<void> {
  const config = { data, transport };
  const session = await fuse.mount(filesystem, mountpoint, options, config);
  await session.main(MIN_TASKS, MAX_TASKS);
  const used = session.stats().transport;
  await session.close();
  // What was measured must be what was meant.
  if (used !== transport) throw new Error(`requests came by ${used}, not by ${transport}`);
}

if (remote) {
  const { handlersIn } = await import('./elsewhere.js');
  const { handlers, end } = await handlersIn(new URL(module));
  await serve(handlers);
  await end();
} else {
  await serve(new URL(module));
}
