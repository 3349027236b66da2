import { strict as assert } from 'node:assert';
import { open, readdir, readFile, readlink, stat } from 'node:fs/promises';
import { getxattr } from 'wasmfuse';
import { mountModule, type Server } from '../helpers/mount.js';
import type { Scope } from '../helpers/scope.js';
import { suite } from '../helpers/suite.js';

// The table of wrong answers is read from the filesystem that gives them.
const MODULE = new URL('../fixtures/bad.js', import.meta.url);
const { BAD } = await import('../fixtures/bad.js');

/** Opens the file for one call that must fail, and closes it. */
async function onFile(path: string, call: (file: Awaited<ReturnType<typeof open>>) => unknown) {
  const file = await open(path, 'r+');
  try {
    await call(file);
  } finally {
    await file.close();
  }
}

const CALLS: Record<keyof typeof BAD, (path: string) => unknown> = {
  lookup: (path) => stat(path),
  read: (path) => onFile(path, (file) => file.read(Buffer.alloc(4096), 0, 4096, 0)),
  write: (path) => onFile(path, (file) => file.write('text', 0)),
  open: (path) => onFile(path, () => {}),
  readlink: (path) => readlink(path),
  getxattr: (path) => getxattr(path, 'user.any'),
  readdir: (path) => readdir(path),
};

/** Wrong answers that have a meaning of their own, or pass as right ones. */
const MEANT: Record<string, string | undefined> = {
  'lookup strange-errno': 'ERANGE',
  'read strange-errno': 'ERANGE',
  'write strange-errno': 'ERANGE',
  'open strange-errno': 'ERANGE',
  'readlink strange-errno': 'ERANGE',
  'getxattr strange-errno': 'ERANGE',
  'getxattr too-long': 'E2BIG',
  'open nan': 'EIO',
};

const test = suite('a wrong answer');
let server: Server;
test.before(async (scope: Scope) => {
  server = await mountModule(scope, MODULE);
});

for (const [kind, answers] of Object.entries(BAD)) {
  for (const name of Object.keys(answers)) {
    test(`of ${kind} (${name}) fails its system call only`, async () => {
      const path = `${server.dir}/${kind}/${name}`;
      const code = MEANT[`${kind} ${name}`] ?? 'EIO';
      const call = CALLS[kind as keyof typeof BAD];
      const before = server.output().length;
      await assert.rejects(async () => call(path), { code });
      assert.equal(await readFile(`${server.dir}/good`, 'utf8'), 'good\n');
      if (code === 'EIO' && name !== 'no-errno') {
        assert.ok(server.output().length > before, 'nothing was logged');
      }
    });
  }
}
