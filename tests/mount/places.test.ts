import { strict as assert } from 'node:assert';
import { chmodSync, chownSync, mkdirSync, rmdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { fsdecode, fsencode } from 'wasmfuse';
import { mountpointOf } from '../helpers/mount.js';
import type { Scope } from '../helpers/scope.js';
import { suite } from '../helpers/suite.js';
import { execAsUser, NOBODY } from '../helpers/user.js';
import { runScenarios, type ScenarioName } from './scenarios.js';

const SCENARIO = fileURLToPath(new URL('programs/scenario.js', import.meta.url));
const LIVES: ScenarioName[] = ['close', 'umount', 'death', 'exit', 'stale'];
const LIMIT = { timeout: 40_000 };

const names: Record<string, string> = {
  'blanks and tabs': ' two  blanks\tand a tab ',
  commas: 'a,b,,c=\\,d',
  newlines: '\nline\n\n',
  backslashes: '\\040\\',
  quotes: `"double" 'single' \`back\``,
  'what shells expand': '$HOME * ~ #;&|',
  'a leading dash': '-o',
  'what is no UTF-8': fsdecode(Buffer.from([0xff, 0x20, 0xc3, 0x0a, 0x80])),
  'other scripts': '\u00e4\u6f22\u{1f4c1}',
};

/** Near the 4095 bytes that a path may have at most, with room for a file in it. */
const LONGEST = 4090;
/** fusermount3 reads lines of the table of mounts up to 4096 bytes. */
const LONGEST_AS_USER = 3900;
const NAME_MAX = 255;

/** Makes a mountpoint by this name; owned by an ordinary user. */
function makePlace(scope: Scope, parent: string, name: string): string {
  const place = `${parent}/${name}`;
  mkdirSync(fsencode(place));
  chmodSync(parent, 0o711);
  if (process.getuid?.() === 0) chownSync(fsencode(place), NOBODY, NOBODY);
  // Before its parent goes, as rmSync can't remove names that are no UTF-8.
  scope.after(() => rmdirSync(fsencode(place)));
  return place;
}

function makeLongPlace(scope: Scope, length: number): string {
  let place = mountpointOf(scope);
  while (length - place.length > NAME_MAX + 2) {
    place = makePlace(scope, place, 'd'.repeat(NAME_MAX - 1));
  }
  return makePlace(scope, place, 'd'.repeat(length - place.length - 1));
}

async function asUser(scope: Scope, place: string): Promise<void> {
  const args = [process.execPath, SCENARIO, JSON.stringify(place), ...LIVES];
  const { stdout, stderr } = await execAsUser(scope, args);
  assert.equal(stdout, 'done\n', stderr);
}

const test = suite('a mountpoint');

for (const [what, name] of Object.entries(names)) {
  test(
    `with ${what} in its name leaves nothing`,
    (scope) => runScenarios(makePlace(scope, mountpointOf(scope), name), ...LIVES),
    LIMIT,
  );

  test(
    `with ${what} in its name leaves nothing of an ordinary user`,
    (scope) => asUser(scope, makePlace(scope, mountpointOf(scope), name)),
    LIMIT,
  );
}

test(
  'with a path of the greatest length leaves nothing',
  (scope) => runScenarios(makeLongPlace(scope, LONGEST), ...LIVES),
  LIMIT,
);

test(
  'with a very long path leaves nothing of an ordinary user',
  (scope) => asUser(scope, makeLongPlace(scope, LONGEST_AS_USER)),
  LIMIT,
);
