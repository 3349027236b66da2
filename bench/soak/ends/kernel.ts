import { abort } from '../freeing.js';
import type { Served } from '../served.js';
import { unmountBy } from './common.js';
import type { End } from './end.js';

async function ended(served: Served): Promise<void> {
  const thrown = await served.mainEnds();
  if (thrown !== undefined) throw thrown;
}

/** Ends that come from outside, by way of the kernel. */
export const kernel: Record<string, End<Served>> = {
  umount: {
    run: async (served) => {
      await unmountBy(served, 'umount');
      await ended(served);
    },
  },

  'fusermount3 -u': {
    run: async (served) => {
      await unmountBy(served, 'fusermount3', '-u');
      await ended(served);
    },
  },

  'umount -l, a file is open': {
    holds: true,
    run: async (served) => {
      await unmountBy(served, 'umount', '-l');
      // The filesystem goes on until nobody uses it.
      const holders = served.loads.filter((load) => load.isHolder);
      for (const load of holders) load.release();
      await Promise.all(holders.map((load) => load.succeeded()));
      await ended(served);
    },
  },

  'umount -l, close()': {
    holds: true,
    run: async (served) => {
      await unmountBy(served, 'umount', '-l');
      await served.session.close();
      for (const load of served.loads) load.release();
    },
  },

  'fusermount3 -uz': {
    run: async (served) => {
      await unmountBy(served, 'fusermount3', '-u', '-z');
      await ended(served);
    },
  },

  abort: {
    run: async (served) => {
      await abort(served.mount);
      await ended(served);
    },
  },
};
