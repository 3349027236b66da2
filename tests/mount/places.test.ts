import { mountpointOf } from '../helpers/mount.js';
import { suite } from '../helpers/suite.js';
import { LIVES, makeLongPlace, makePlace, names } from './oddplaces.js';
import { runScenarios } from './scenarios.js';

/** Near the 4095 bytes that a path may have at most, with room for a file in it. */
const LONGEST = 4090;
const LIMIT = { timeout: 40_000 };

const test = suite('a mountpoint');

for (const [what, name] of Object.entries(names)) {
  test(
    `with ${what} in its name leaves nothing`,
    (scope) => runScenarios(makePlace(scope, mountpointOf(scope), name), ...LIVES),
    LIMIT,
  );
}

test(
  'with a path of the greatest length leaves nothing',
  (scope) => runScenarios(makeLongPlace(scope, LONGEST), ...LIVES),
  LIMIT,
);
