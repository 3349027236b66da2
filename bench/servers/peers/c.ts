import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { launch } from '../launch.js';
import type { Peer } from '../peer.js';
import type { FilesystemName } from '../served.js';

/** Where scripts/bench-peers.sh puts the programs; each takes its mountpoint first. */
const program = (name: string) =>
  fileURLToPath(new URL(`../../../peers/c/${name}`, import.meta.url));

/** A C program, with the words after its mountpoint; or why there is none. */
type Choice = { readonly args: readonly string[] } | { readonly reason: string };

function peer(choose: (filesystem: FilesystemName) => Choice): Peer {
  return {
    async missing(filesystem) {
      const choice = choose(filesystem);
      if ('reason' in choice) return choice.reason;
      if (existsSync(program(filesystem))) return undefined;
      return 'its program was not built: bash scripts/bench-peers.sh tells why';
    },

    async start(filesystem, options) {
      const choice = choose(filesystem);
      if ('reason' in choice) throw new Error(choice.reason);
      const { backing } = options;
      if (filesystem !== 'passthrough') {
        return launch((mountpoint) => [program(filesystem), mountpoint, ...choice.args], options);
      }
      if (backing === undefined) throw new TypeError('passthrough needs options.backing');
      return launch(
        (mountpoint) => [program(filesystem), mountpoint, ...choice.args, backing],
        options,
      );
    },
  };
}

const ONLY_OURS = 'Comlink is a library for JavaScript';

/** One thread: fuse_session_loop. */
export const c: Peer = peer((filesystem) => {
  if (filesystem === 'comlink') return { reason: ONLY_OURS };
  if (filesystem === 'delay') return { reason: 'one thread sleeps for one request at a time' };
  return { args: ['loop'] };
});

/** As many threads as libfuse starts: fuse_session_loop_mt. */
export const cMultithreaded: Peer = peer((filesystem) => {
  if (filesystem === 'comlink') return { reason: ONLY_OURS };
  if (filesystem === 'memory') return { reason: 'its tree has no locks: it is for one thread' };
  return { args: ['loop-mt'] };
});

/** One thread, and data goes through pipes inside the kernel. */
export const cSplice: Peer = peer((filesystem) => {
  if (filesystem === 'passthrough') return { args: ['splice'] };
  return { reason: 'splice moves data between files, and here nothing lies in one' };
});
