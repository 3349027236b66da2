/**
 * Where a filesystem's handlers run: in the worker of its session, beside the loop on the main
 * thread, or in a thread of their own, behind a Comlink remote.
 */
export type Placement = 'module' | 'instance' | 'remote';

export const placements: readonly (readonly [Placement, string])[] = [
  ['module', 'a worker'],
  ['instance', 'the main thread'],
  ['remote', 'another thread'],
];
