import { strict as assert } from 'node:assert';
import { readdirSync, readlinkSync } from 'node:fs';
import { Host } from '../helpers/host.js';
import { missingPrograms } from '../helpers/sh.js';
import { suite } from '../helpers/suite.js';
import { PLACES, Trial } from '../helpers/trial.js';

/** What a descriptor is; nothing when it is closed by now. */
function targetOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

/** The descriptors of a process that are `what`. */
function descriptors(pid: number, what: RegExp): number[] {
  const folder = `/proc/${pid}/fd`;
  return readdirSync(folder)
    .filter((fd) => what.test(targetOf(`${folder}/${fd}`)))
    .map(Number);
}

const unmounting = suite('auto_unmount');

for (const [where, place] of Object.entries(PLACES)) {
  // A killed process loses the highest first, and fusermount3 acts when its socket goes.
  unmounting(`has its socket below the device, which goes before it (${where})`, async (scope) => {
    const missing = await missingPrograms('fusermount3');
    if (missing !== undefined) scope.skip(missing);
    const host = new Host(scope);
    const before = descriptors(host.pid, /^socket:/);
    const { dir } = await Trial.begin(scope, host, place, { options: ['auto_unmount'] });
    const sockets = descriptors(host.pid, /^socket:/).filter((fd) => !before.includes(fd));
    const devices = descriptors(host.pid, /fuse$/);
    assert.equal(sockets.length, 1);
    assert.equal(devices.length, place.workers ?? 1);
    assert.ok(Math.min(...devices) > Math.max(...sockets), `${devices} is not above ${sockets}`);
    await host.call('close', dir);
  });
}
