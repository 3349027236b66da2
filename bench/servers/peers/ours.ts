import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { launch } from '../launch.js';
import type { Order } from '../ours/serve.js';
import type { Peer, StartOptions } from '../peer.js';
import type { FilesystemName } from '../served.js';

const PROGRAM = fileURLToPath(new URL('../ours/serve.js', import.meta.url));
const URING = '/sys/module/fuse/parameters/enable_uring';

/** The examples are measured as they are in the package. */
const example = (name: string) =>
  new URL(`dist/examples/${name}.js`, import.meta.resolve('wasmfuse/package.json')).href;
const own = (name: string) => new URL(`../ours/${name}.js`, import.meta.url).href;

function order(filesystem: FilesystemName, { backing }: StartOptions): Order {
  switch (filesystem) {
    case 'passthrough':
      if (backing === undefined) throw new TypeError('passthrough needs options.backing');
      return { module: example('passthrough'), data: { source: backing } };
    case 'memory':
      return { module: example('tmpfs') };
    case 'comlink':
      return { module: own('stat'), remote: true };
    default:
      return { module: own(filesystem) };
  }
}

function peer(transport: string | undefined, missing: Peer['missing']): Peer {
  return {
    missing,
    start(filesystem, options) {
      const all = JSON.stringify({ ...order(filesystem, options), transport });
      return launch((mountpoint) => [process.execPath, PROGRAM, mountpoint, all], options);
    },
  };
}

/** The kernel's share of what io_uring needs. */
function whyNoUring(): string | undefined {
  if (!existsSync(URING)) return 'this kernel has no FUSE over io_uring (6.14 is the first)';
  if (readFileSync(URING, 'utf8').trim() === 'Y') return undefined;
  return `FUSE over io_uring is off: echo Y > ${URING}`;
}

export const ours: Peer = peer(undefined, async () => undefined);

export const oursUring: Peer = peer('uring', async () => whyNoUring());
