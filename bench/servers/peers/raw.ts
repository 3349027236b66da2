import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { succeed } from '../../soak/programs.js';
import type { Peer, Running } from '../peer.js';
import { CACHED_FILE, DIRECT_FILE, type FilesystemName, RAW_DATA_BYTES } from '../served.js';

const kernels: readonly FilesystemName[] = ['passthrough', 'data', 'memory'];

const dirIn = (place: string) => fs.mkdtemp(path.join(place, 'raw-'));

/** The two files of `data`, without any data: reads give zeros, writes take room. */
async function data(place: string): Promise<Running> {
  const mountpoint = await dirIn(place);
  for (const name of [DIRECT_FILE, CACHED_FILE]) {
    await fs.writeFile(path.join(mountpoint, name), '');
    await fs.truncate(path.join(mountpoint, name), RAW_DATA_BYTES);
  }
  return { pid: 0, mountpoint, stop: () => fs.rm(mountpoint, { recursive: true }) };
}

/** The kernel's own filesystem in memory. */
async function memory(place: string): Promise<Running> {
  const mountpoint = await dirIn(place);
  await succeed('mount', '-t', 'tmpfs', 'raw', mountpoint);
  const stop = async () => {
    await succeed('umount', mountpoint);
    await fs.rmdir(mountpoint);
  };
  return { pid: 0, mountpoint, stop };
}

/** No server at all: what a filesystem of the kernel does with the same work. */
export const raw: Peer = {
  async missing(filesystem) {
    if (!kernels.includes(filesystem)) return 'the kernel has no filesystem that would be like it';
    if (filesystem !== 'memory' || process.getuid?.() === 0) return undefined;
    return "only root may mount the kernel's tmpfs";
  },

  async start(filesystem, { backing }) {
    if (filesystem === 'data') return data(backing ?? os.tmpdir());
    if (filesystem === 'memory') return memory(os.tmpdir());
    if (backing === undefined) throw new TypeError('passthrough needs options.backing');
    return { pid: 0, mountpoint: backing, stop: async () => {} };
  },
};
