import type { Command } from '../command.js';
import { mountAt } from '../mounts.js';
import { becomes } from '../time.js';
import { tell, unmountBy } from './common.js';
import type { End } from './end.js';

/** For the fusermount3 of auto_unmount, after the process that it watches has ended. */
const AUTO_UNMOUNT_MS = 5000;

const signalled = (signal: NodeJS.Signals): End<Command> => ({
  fails: new RegExp(`^${signal}$`),
  run: async (command) => {
    command.child.kill(signal);
    await command.end();
    if (mountAt(command.dir) !== undefined) throw new Error(`${signal} leaves the mount`);
  },
});

const told = (word: string, status: number): End<Command> => ({
  filesystems: ['trial'],
  fails: new RegExp(`^${status}$`),
  run: async (command) => {
    await tell(command.dir, word);
    await command.end();
  },
});

/** Ends of a process that serves. */
export const commands: Record<string, End<Command>> = {
  SIGTERM: signalled('SIGTERM'),
  SIGINT: signalled('SIGINT'),
  SIGHUP: signalled('SIGHUP'),

  'SIGKILL, auto_unmount': {
    fails: /^SIGKILL$/,
    options: ['auto_unmount'],
    neverAnswered: true,
    run: async ({ child, dir }) => {
      child.kill('SIGKILL');
      if (await becomes(AUTO_UNMOUNT_MS, () => mountAt(dir) === undefined)) return;
      throw new Error('auto_unmount leaves the mount of a killed process');
    },
  },

  'SIGKILL, umount': {
    fails: /^SIGKILL$/,
    neverAnswered: true,
    run: async (command) => {
      command.child.kill('SIGKILL');
      await command.end();
      try {
        await unmountBy(command, 'umount');
      } catch (thrown) {
        // The fusermount3 of auto_unmount was quicker.
        if (mountAt(command.dir) !== undefined) throw thrown;
      }
    },
  },

  'wasmfuse mount, umount': { run: (command) => unmountBy(command, 'umount') },
  'wasmfuse mount, fusermount3 -u': { run: (command) => unmountBy(command, 'fusermount3', '-u') },
  'wasmfuse mount, terminate()': told('terminate', 0),
  'wasmfuse mount, process.exit()': told('exit', 1),
  'wasmfuse mount, uncaught error': told('uncaught', 1),
};
