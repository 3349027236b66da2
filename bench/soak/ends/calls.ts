import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { mountAt } from '../mounts.js';
import { run } from '../programs.js';
import { END_MS, type Served } from '../served.js';
import { within } from '../time.js';
import { tell, unmountBy } from './common.js';
import type { End } from './end.js';

async function terminated(served: Served): Promise<void> {
  const thrown = await served.mainEnds();
  if (thrown !== undefined) throw thrown;
  if (mountAt(served.dir) === undefined) throw new Error('terminate() has unmounted');
}

/** Ends by the session's own calls. */
export const calls: Record<string, End<Served>> = {
  'close()': { run: ({ session }) => session.close() },

  'await using': { run: ({ session }) => session[Symbol.asyncDispose]() },

  'close() twice': {
    run: async ({ session }) => {
      await Promise.all([session.close(), session.close()]);
    },
  },

  'close(), a handler never settles': {
    filesystems: ['trial'],
    config: { closeTimeout: 150 },
    neverAnswered: true,
    run: ({ session }) => session.close(),
  },

  'close(false), umount': {
    // Its fusermount3 unmounts whenever nobody serves.
    without: ['auto_unmount'],
    run: async (served) => {
      await served.session.close(false);
      // Not stat, which the kernel may answer from what it remembers.
      const { output } = await run('ls', served.dir);
      if (!/endpoint is not connected/.test(output)) throw new Error(`a dead mount: ${output}`);
      await unmountBy(served, 'umount');
    },
  },

  'terminate(), close()': {
    run: async (served) => {
      served.session.terminate();
      await terminated(served);
    },
  },

  'terminate(), main(), close()': {
    before: async (served) => {
      served.session.terminate();
      await served.resume();
    },
    run: async ({ session }) => {
      session.terminate();
      await session.close();
    },
  },

  'terminate() of a foreign thread': {
    run: async (served) => {
      const workerData = { token: served.session.loopToken, workers: served.workers };
      const foreign = new Worker(new URL('../foreign.js', import.meta.url), { workerData });
      const [code] = await within(END_MS, once(foreign, 'exit'), 'the end of the foreign thread');
      if (code !== 0) throw new Error(`the foreign thread ended with ${code}`);
      await terminated(served);
    },
  },

  'terminate() in a handler': {
    filesystems: ['trial'],
    run: async (served) => {
      const { status, output } = await tell(served.dir, 'terminate');
      if (status !== 0) throw new Error(`the handler's answer was lost: ${output}`);
      await terminated(served);
    },
  },
};
