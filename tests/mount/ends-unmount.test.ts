import { strict as assert } from 'node:assert';
import { testEnds } from '../helpers/end.js';
import { abort } from '../helpers/freemount.js';
import { unmount } from '../helpers/mount.js';
import { fuseMountsUnder, type MountEntry } from '../helpers/mountinfo.js';
import { exec } from '../helpers/sh.js';
import { PLACES, type Trial } from '../helpers/trial.js';

async function umount({ dir }: Trial, lazy: boolean): Promise<void> {
  const { status, stderr } = await unmount(dir, { lazy });
  assert.equal(status, 0, stderr);
}

async function fusermount({ dir }: Trial, ...flags: string[]): Promise<void> {
  const { status, stderr } = await exec('fusermount3', ['-u', ...flags, dir]);
  assert.equal(status, 0, stderr);
}

/** Lets the callers end: a mount that is in use goes lazily only. */
async function whenUnused(trial: Trial): Promise<Trial> {
  await trial.release();
  await trial.outcomes();
  return trial;
}

function cutOff({ dir }: Trial): void {
  const [entry] = fuseMountsUnder(dir);
  assert.ok(abort(entry as MountEntry));
}

/** Who has a file open is served until it closes that. */
const served = { callers: 'answered', main: 'resolves', staysMounted: false } as const;

testEnds('a mount taken away while callers wait', PLACES, [
  { ...served, title: 'by umount -l serves them still', act: (trial) => umount(trial, true) },
  {
    ...served,
    title: 'by fusermount3 -u -z serves them still',
    needs: 'fusermount3',
    act: (trial) => fusermount(trial, '-z'),
  },
  {
    ...served,
    title: 'by umount ends when they are gone',
    act: async (trial) => umount(await whenUnused(trial), false),
  },
  {
    ...served,
    title: 'by fusermount3 -u ends when they are gone',
    needs: 'fusermount3',
    act: async (trial) => fusermount(await whenUnused(trial)),
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
