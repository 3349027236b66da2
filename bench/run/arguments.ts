import { type PeerName, peerNames } from '../servers/registry.js';
import type { Work } from './bench.js';
import { type Effort, full, quick } from './effort.js';
import { works } from './works/all.js';

/** What the command line asks for. */
export interface Asked {
  readonly effort: Effort;
  readonly works: readonly Work[];
  /** Who may take part; everybody when empty. */
  readonly peers: readonly PeerName[];
  /** Everything, with full effort: only that is worth keeping. */
  readonly isWhole: boolean;
}

export const USAGE =
  'usage: npm run bench -- [quick] [work or peer]...\n' +
  `works: ${works.map(({ name }) => name).join(' ')}\n` +
  `peers: ${peerNames.join(' ')}`;

/** @throws Error for a word that names nothing. */
export function parseArguments(words: readonly string[]): Asked {
  const chosen: Work[] = [];
  const peers: PeerName[] = [];
  let effort = full;
  for (const word of words) {
    const work = works.find(({ name }) => name === word);
    const peer = peerNames.find((name) => name === word);
    if (word === 'quick') effort = quick;
    else if (work !== undefined) chosen.push(work);
    else if (peer !== undefined) peers.push(peer);
    else throw new Error(`there is no ${word}\n${USAGE}`);
  }
  // Who names a work wants all of it.
  const onlyTargets = effort.onlyTargets && chosen.length === 0;
  return {
    effort: { ...effort, onlyTargets },
    works: chosen.length > 0 ? chosen : works,
    peers,
    isWhole: words.length === 0,
  };
}
