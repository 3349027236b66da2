import { strict as assert } from 'node:assert';
import { fileURLToPath } from 'node:url';
import { mountpointOf } from '../helpers/mount.js';
import type { Scope } from '../helpers/scope.js';
import { suite } from '../helpers/suite.js';
import { execAsUser } from '../helpers/user.js';
import { LIVES, makeLongPlace, makePlace, names } from './oddplaces.js';

const SCENARIO = fileURLToPath(new URL('programs/scenario.js', import.meta.url));
const LIMIT = { timeout: 40_000 };
/** fusermount3 reads lines of the table of mounts up to 4096 bytes. */
const LONGEST_AS_USER = 3900;

async function asUser(scope: Scope, place: string): Promise<void> {
  const args = [process.execPath, SCENARIO, JSON.stringify(place), ...LIVES];
  const { stdout, stderr } = await execAsUser(scope, args);
  assert.equal(stdout, 'done\n', stderr);
}

const test = suite('a mountpoint of an ordinary user');

for (const [what, name] of Object.entries(names)) {
  test(
    `with ${what} in its name leaves nothing`,
    (scope) => asUser(scope, makePlace(scope, mountpointOf(scope), name)),
    LIMIT,
  );
}

test(
  'with a very long path leaves nothing',
  (scope) => asUser(scope, makeLongPlace(scope, LONGEST_AS_USER)),
  LIMIT,
);
