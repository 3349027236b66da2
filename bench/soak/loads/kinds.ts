import { files } from './files.js';
import { holder, patternHolder } from './holder.js';
import { listing } from './listing.js';
import { failing, never, oddities, patient } from './oddities.js';
import { readers } from './readers.js';
import { shared } from './shared.js';
import type { Steps, Task } from './task.js';
import { xattrs } from './xattrs.js';

/** Every kind of load. */
export const kinds = {
  files,
  listing,
  xattrs,
  readers,
  shared,
  oddities,
  failing,
  patient,
  never,
  holder,
  patternHolder,
} satisfies Record<string, (task: Task) => Steps>;

export type LoadKind = keyof typeof kinds;

/** Those that go on by themselves, by what the filesystem can do. */
export const steadyLoads = {
  writable: ['files', 'files', 'listing', 'xattrs'],
  trial: ['readers', 'shared', 'oddities', 'failing'],
} satisfies Record<string, LoadKind[]>;
