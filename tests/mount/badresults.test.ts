import { strict as assert } from 'node:assert';
import { readFile } from 'node:fs/promises';
import { CALLS } from '../helpers/badcalls.js';
import { mountModule, type Server } from '../helpers/mount.js';
import type { Scope } from '../helpers/scope.js';
import { suite } from '../helpers/suite.js';

// The table of wrong answers is read from the filesystem that gives them.
const MODULE = new URL('../fixtures/bad.js', import.meta.url);
const { BAD } = await import('../fixtures/bad.js');

/** Answers of ANYTHING that are right ones where the operation takes text, a handle or no bytes. */
const RIGHT = [
  'readlink string',
  'getxattr string',
  'read no-errno',
  'getxattr no-errno',
  'readlink no-errno',
  'readlink empty',
];
/** Numbers that Linux has no error for fail with ERANGE. */
const NO_ERRNO = ['strange-errno', 'kernel-errno'];
/** Wrong answers that fail with more than EIO: getxattr tries again with all the room there is. */
const MEANT: Record<string, string | undefined> = {
  'getxattr strange-errno': 'E2BIG',
  'getxattr kernel-errno': 'E2BIG',
  'getxattr too-long': 'E2BIG',
};

for (const [kind, answers] of Object.entries(BAD)) {
  const test = suite(`a wrong answer of ${kind}`);
  let server: Server;
  test.before(async (scope: Scope) => {
    server = await mountModule(scope, MODULE);
  });

  for (const name of Object.keys(answers)) {
    const which = `${kind} ${name}`;
    if (RIGHT.includes(which)) continue;
    test(`(${name}) fails its system call only`, async () => {
      const path = `${server.dir}/${kind}/${name}`;
      const code = MEANT[which] ?? (NO_ERRNO.includes(name) ? 'ERANGE' : 'EIO');
      const call = CALLS[kind as keyof typeof BAD];
      await assert.rejects(async () => call(path), { code });
      assert.equal(await readFile(`${server.dir}/good`, 'utf8'), 'good\n');
    });
  }
}
