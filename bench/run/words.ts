import type { PeerName } from '../servers/registry.js';
import type { Load } from './load.js';
import type { Row } from './results.js';

/** Who serves, for people. */
export const peerWords: Readonly<Record<PeerName, string>> = {
  ours: 'wasmfuse',
  'ours-uring': 'wasmfuse, io_uring',
  c: 'libfuse3 in C',
  'c-mt': 'libfuse3 in C, threads',
  'c-splice': 'libfuse3 in C, splice',
  pyfuse3: 'pyfuse3',
  'fuse-native': 'fuse-native',
  raw: 'no FUSE',
};

/** More of one CPU than this, used by others, is called load. */
const QUIET = 0.05;

export function isDisturbed({ load }: Row): boolean {
  return load !== undefined && load.others + load.stolen > QUIET;
}

const percent = (cpus: number) => `${(100 * cpus).toFixed(0)} %`;

/** What others took at most. */
export function loadFigures(loads: readonly Load[]): string {
  const most = (values: readonly number[]) => percent(Math.max(0, ...values));
  const others = most(loads.map((load) => load.others));
  const stolen = most(loads.map((load) => load.stolen));
  return `others used up to ${others} of one CPU, the hypervisor took up to ${stolen}`;
}

/** What else the machine did while anything was measured. */
export function loadWords(rows: readonly Row[]): string {
  const figures = loadFigures(rows.flatMap(({ load }) => (load === undefined ? [] : [load])));
  const disturbed = rows.filter(isDisturbed).length;
  if (disturbed === 0) return `The machine was idle otherwise: ${figures}.`;
  return (
    `**The machine was not idle: ${figures}**; so it was in ${disturbed} of ${rows.length} rows, ` +
    'marked with *, whose figures mean little.'
  );
}
