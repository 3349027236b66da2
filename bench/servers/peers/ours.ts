import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { launch } from '../launch.js';
import type { Order, Transport } from '../ours/serve.js';
import type { Peer, StartOptions } from '../peer.js';
import type { FilesystemName } from '../served.js';

const PROGRAM = fileURLToPath(new URL('../ours/serve.js', import.meta.url));
const URING = '/sys/module/fuse/parameters/enable_uring';

/** The examples are measured as they are in the package. */
const example = (name: string) =>
  new URL(`dist/examples/${name}.js`, import.meta.resolve('wasmfuse/package.json')).href;
const own = (name: string) => new URL(`../ours/${name}.js`, import.meta.url).href;

function order(filesystem: FilesystemName, { backing }: StartOptions): Omit<Order, 'transport'> {
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

function peer(transport: Transport, missing: Peer['missing']): Peer {
  return {
    missing,
    start(filesystem, options) {
      const all: Order = { ...order(filesystem, options), transport };
      const json = JSON.stringify(all);
      return launch((mountpoint) => [process.execPath, PROGRAM, mountpoint, json], options);
    },
  };
}

export const ours: Peer = peer('read', async () => undefined);

async function findWhyNoUring(): Promise<string | undefined> {
  if (!existsSync(URING)) return 'this kernel has no FUSE over io_uring: wasmfuse needs Linux 6.16';
  if (readFileSync(URING, 'utf8').trim() !== 'Y') {
    return `FUSE over io_uring is off: echo Y > ${URING}`;
  }
  try {
    const { stop } = await oursUring.start('stat', {});
    await stop();
    return undefined;
  } catch (error) {
    const { message } = error as Error;
    return /^\w*Error: (.*)$/m.exec(message)?.[1] ?? message;
  }
}

/** Found out once, by a server that is asked something. */
let whyNoUring: Promise<string | undefined> | undefined;

export const oursUring: Peer = peer('uring', () => {
  whyNoUring ??= findWhyNoUring();
  return whyNoUring;
});
