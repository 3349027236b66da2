import { strict as assert } from 'node:assert';
import { Burial } from '#dist/burial.js';
import { type Mount, mountAt, mountsSync } from '#dist/mountinfo.js';
import { mountNumber } from '#dist/session/shim.js';
import { tempDir, whyNoMount } from '../helpers/mount.js';
import type { Scope } from '../helpers/scope.js';
import { sh } from '../helpers/sh.js';
import { suite } from '../helpers/suite.js';

const SOME_MS = 5000;

/** A place where mounts of another kind stand for those of sessions. */
class Place {
  constructor(
    scope: Scope,
    readonly path = tempDir(scope),
  ) {
    if (process.getuid?.() !== 0) scope.skip('only root can mount a tmpfs');
    const reason = whyNoMount();
    if (reason !== undefined) scope.skip(reason);
    scope.after(() => sh(`while umount -l ${path} 2>/dev/null; do :; done`));
  }

  async mount(): Promise<Mount> {
    await sh(`mount -t tmpfs none ${this.path}`);
    return (await mountAt(this.path)) as Mount;
  }

  ids(): string[] {
    return mountsSync()
      .filter(({ place }) => place === this.path)
      .map(({ id }) => id);
  }
}

const test = suite('a burial');

test('is of the mount that came first, when another one has come since', async (scope) => {
  const place = new Place(scope);
  const lower = await place.mount();
  const upper = await place.mount();
  const first = (await Burial.of(place.path, undefined)) as Burial;
  const second = (await Burial.of(place.path, undefined)) as Burial;
  assert.deepEqual([first.isOnTop(), second.isOnTop()], [false, true]);
  first.now();
  assert.deepEqual(place.ids(), [lower.id, upper.id], 'the lower one waits');
  second.now();
  assert.deepEqual(place.ids(), []);
});

test('is of nothing that was there before', async (scope) => {
  const place = new Place(scope);
  const below = await place.mount();
  assert.equal(await Burial.of(place.path, below), undefined);
  const above = await place.mount();
  const burial = (await Burial.of(place.path, below)) as Burial;
  assert.ok(burial.isOnTop());
  burial.now();
  assert.deepEqual(place.ids(), [below.id]);
  assert.notEqual(above.id, below.id);
});

test('that was forgotten unmounts nothing', async (scope) => {
  const place = new Place(scope);
  await place.mount();
  const burial = (await Burial.of(place.path, undefined)) as Burial;
  burial.forget();
  burial.now();
  assert.equal(place.ids().length, 1);
  assert.deepEqual([burial.isThere(), burial.isOnTop()], [false, false]);
});

test('leaves a mount that has come to its place, and has its numbers', async (scope) => {
  const place = new Place(scope);
  if (mountNumber(Buffer.from(place.path)) === undefined) {
    scope.skip('this kernel gives no number to one mount only');
  }
  const end = performance.now() + SOME_MS;
  do {
    const { id } = await place.mount();
    const burial = (await Burial.of(place.path, undefined)) as Burial;
    await sh(`umount ${place.path}`);
    const next = await place.mount();
    assert.deepEqual([burial.isThere(), burial.isOnTop()], [false, false]);
    burial.now();
    assert.deepEqual(place.ids(), [next.id]);
    if (next.id === id) return;
    await sh(`umount ${place.path}`);
  } while (performance.now() < end);
  scope.skip('the kernel has not used the numbers again');
});
