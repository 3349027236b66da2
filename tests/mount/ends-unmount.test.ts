import { strict as assert } from 'node:assert';
import { testEnds } from '../helpers/end.js';
import { abort } from '../helpers/freemount.js';
import { unmount } from '../helpers/mount.js';
import { fuseMountsUnder, type MountEntry } from '../helpers/mountinfo.js';
import { exec } from '../helpers/sh.js';
import { PLACES, type Trial } from '../helpers/trial.js';

async function detach({ dir }: Trial): Promise<void> {
  assert.equal((await unmount(dir, { lazy: true })).status, 0);
}

async function fusermount({ dir }: Trial): Promise<void> {
  const { status, stderr } = await exec('fusermount3', ['-u', '-z', dir]);
  assert.equal(status, 0, stderr);
}

function cutOff({ dir }: Trial): void {
  const [entry] = fuseMountsUnder(dir);
  assert.ok(abort(entry as MountEntry));
}

/** Who has a file open is served until it closes that. */
const served = { callers: 'answered', main: 'resolves', staysMounted: false } as const;

testEnds('a mount taken away while callers wait', PLACES, [
  { ...served, title: 'by umount -l serves them still', act: detach },
  {
    ...served,
    title: 'by fusermount3 -u -z serves them still',
    needs: 'fusermount3',
    act: fusermount,
  },
  {
    title: 'by abort fails them at once',
    act: async (trial) => {
      cutOff(trial);
      await trial.check(Array(trial.tasks).fill('failed'));
    },
    callers: 'failed',
    main: 'resolves',
    staysMounted: true,
  },
]);
