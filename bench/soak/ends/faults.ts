import { setTimeout as sleep } from 'node:timers/promises';
import { mountAt } from '../mounts.js';
import { run } from '../programs.js';
import type { Served } from '../served.js';
import { becomes } from '../time.js';
import { tell } from './common.js';
import type { End } from './end.js';

const BURIAL_MS = 1000;
/** A command reaches its handler within this, or the loop is not without end when it is closed. */
const REACH_MS = 200;

const IN_WORKERS = {
  filesystems: ['trial'],
  placements: ['worker', 'workers'],
  config: { closeTimeout: 300 },
} as const;

/** The thread of the handlers ends by itself: main() fails, and no mount is left behind. */
const dies = (command: string, fails: RegExp, config = {}): End<Served> => ({
  ...IN_WORKERS,
  config: { ...IN_WORKERS.config, ...config },
  fails,
  neverAnswered: true,
  run: async (served) => {
    await tell(served.dir, command);
    await served.mainEnds();
    if (!(await becomes(BURIAL_MS, () => mountAt(served.dir) === undefined))) {
      throw new Error('a dead worker leaves its mount');
    }
  },
});

/** Ends by what handlers should not do. */
export const faults: Record<string, End<Served>> = {
  'process.exit() in a handler': dies('exit', /exit code 3/),
  'uncaught error': dies('uncaught', /uncaught as asked/),
  'unhandled rejection': dies('rejection', /rejected as asked/),
  'heap exhausted': dies('heap', /memory/i, { resourceLimits: { maxOldGenerationSizeMb: 24 } }),

  'loop without end, close()': {
    ...IN_WORKERS,
    fails: /./,
    neverAnswered: true,
    run: async ({ dir, session }) => {
      const telling = tell(dir, 'loop');
      await sleep(REACH_MS);
      await session.close();
      await telling;
    },
  },

  "onUnexpectedError: 'raise'": {
    filesystems: ['trial'],
    config: { onUnexpectedError: 'raise' },
    fails: /failing as asked/,
    run: async (served) => {
      const { output } = await run('dd', `if=${served.dir}/failing`, 'of=/dev/null', 'count=1');
      if (!/Input\/output error/.test(output)) throw new Error(`no EIO: ${output}`);
      await served.mainEnds();
    },
  },
};
