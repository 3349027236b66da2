import type { Peer, Running, StartOptions } from './peer.js';
import { c, cMultithreaded, cSplice } from './peers/c.js';
import { fuseNative } from './peers/fusenative.js';
import { ours, oursUring } from './peers/ours.js';
import { pyfuse3 } from './peers/pyfuse3.js';
import { raw } from './peers/raw.js';
import type { FilesystemName } from './served.js';

export type { Running, StartOptions } from './peer.js';
export type { FilesystemName } from './served.js';

export type PeerName =
  | 'ours'
  | 'ours-uring'
  | 'c'
  | 'c-mt'
  | 'c-splice'
  | 'pyfuse3'
  | 'fuse-native'
  | 'raw';

const peers: Readonly<Record<PeerName, Peer>> = {
  ours,
  'ours-uring': oursUring,
  c,
  'c-mt': cMultithreaded,
  'c-splice': cSplice,
  pyfuse3,
  'fuse-native': fuseNative,
  raw,
};

/** Everyone who could serve, in the order of the results. */
export const peerNames = Object.keys(peers) as PeerName[];

/** Why a peer can't serve a filesystem here, in words; undefined when it can. */
export function missing(peer: PeerName, filesystem: FilesystemName): Promise<string | undefined> {
  return peers[peer].missing(filesystem);
}

/**
 * Starts a server in a process of its own, on a mountpoint of its own. It answers when this
 * resolves; however this process ends, the server ends too, and leaves no mount.
 *
 * @throws Error with the reason when the peer is missing; with what the server printed when it
 * fails.
 */
export async function start(
  peer: PeerName,
  filesystem: FilesystemName,
  options: StartOptions = {},
): Promise<Running> {
  const name = options.uring && peer === 'ours' ? 'ours-uring' : peer;
  const reason = await peers[name].missing(filesystem);
  if (reason !== undefined) throw new Error(`${name} can't serve ${filesystem}: ${reason}`);
  return peers[name].start(filesystem, options);
}
