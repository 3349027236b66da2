import { strict as assert } from 'node:assert';
import { chmodSync, chownSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mountpointOf } from '../helpers/mount.js';
import { fuseMountsUnder } from '../helpers/mountinfo.js';
import type { Scope } from '../helpers/scope.js';
import { suite } from '../helpers/suite.js';
import { AS_NAMESPACE_ROOT, execAsUser, NOBODY } from '../helpers/user.js';
import type { ScenarioName } from './scenarios.js';

const program = (name: string) => fileURLToPath(new URL(`programs/${name}.js`, import.meta.url));
const SCENARIO = program('scenario');
const LIMIT = { timeout: 40_000 };

/** A mountpoint that belongs to an ordinary user. */
function userPlace(scope: Scope): string {
  const parent = mountpointOf(scope);
  const dir = join(parent, 'mnt');
  mkdirSync(dir);
  chmodSync(parent, 0o711);
  if (process.getuid?.() === 0) chownSync(dir, NOBODY, NOBODY);
  return dir;
}

const user = suite('an ordinary user');

const titles: [name: ScenarioName, title: string][] = [
  ['close', 'mounts by fusermount3, and close() unmounts'],
  ['umount', 'unmounts by fusermount3'],
  ['instance', 'may be served by the main thread'],
  ['death', 'is left no mount by a worker that dies'],
  ['exit', 'is left no mount by a process that exits'],
  ['stale', 'replaces a stale mount'],
  ['stacked', 'closes two mounts on one point in either order'],
  ['asksItself', 'is told when fusermount3 waits for the very thread that waits for it'],
  ['allowOther', "hears fusermount3's own words about allow_other"],
];

for (const [name, title] of titles) {
  user(
    title,
    async (scope) => {
      const dir = userPlace(scope);
      const command = [process.execPath, SCENARIO, JSON.stringify(dir), name];
      const conf = name === 'allowOther' ? '' : 'user_allow_other';
      const { stdout, stderr } = await execAsUser(scope, command, conf);
      assert.equal(stdout, 'done\n', stderr);
    },
    LIMIT,
  );
}

user('is the owner of the mount', async (scope) => {
  const dir = userPlace(scope);
  const command = [process.execPath, program('serving'), 'module', dir];
  const script = `
    "$@" & until grep " $MNT fuse" /proc/self/mounts; do kill -0 $!; sleep 0.02; done
    cat "$MNT/file"; kill $!`;
  const args = ['env', `MNT=${dir}`, 'sh', '-ec', script, 'sh', ...command];
  const { stdout, stderr } = await execAsUser(scope, args);
  assert.match(stdout, new RegExp(`user_id=${NOBODY},group_id=${NOBODY}`), stderr);
  assert.match(stdout, /text/);
});

const namespace = suite('root in a user namespace');

for (const name of ['close', 'exit', 'stale', 'stacked', 'death'] as const) {
  namespace(
    `mounts without fusermount3 (${name})`,
    async (scope) => {
      const dir = userPlace(scope);
      // Without programs to be found.
      const command = [
        'env',
        'PATH=/nowhere',
        process.execPath,
        SCENARIO,
        JSON.stringify(dir),
        name,
      ];
      const { stdout, stderr } = await execAsUser(scope, [...AS_NAMESPACE_ROOT, ...command]);
      if (/^unshare:/m.test(stderr)) scope.skip(stderr.trim());
      assert.equal(stdout, 'done\n', stderr);
      assert.deepEqual(fuseMountsUnder(dir), []);
    },
    LIMIT,
  );
}
