import type { Command } from '../command.js';
import type { Served } from '../served.js';
import { calls } from './calls.js';
import { commands } from './commands.js';
import type { End } from './end.js';
import { faults } from './faults.js';
import { kernel } from './kernel.js';

/** Name of the end that comes before the mount is there. */
export const EARLY = 'close() while mounting';

/** All ways to end a session of this process, but for the early one. */
export const sessionEnds: Readonly<Record<string, End<Served>>> = {
  ...calls,
  ...kernel,
  ...faults,
};

/** All ways to end a process that serves. */
export const commandEnds: Readonly<Record<string, End<Command>>> = commands;
