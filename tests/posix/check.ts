import type { Scope } from '../helpers/scope.js';

/** One thing that every filesystem has to do right, tried in an empty directory of its own. */
export type Check = (dir: string, scope: Scope) => unknown;

/** Checks by their titles, each a sentence about the symbol before it. */
export type Checks = Readonly<Record<string, Check>>;
