import { strict as assert } from 'node:assert';
import { readdir } from 'node:fs/promises';
import { mount } from 'wasmfuse';
import { errno } from '#dist/errors.js';
import { shim } from '#dist/session/shim.js';
import { StaticFs } from '../fixtures/staticfs.js';
import { Calls } from '../helpers/calls.js';
import { mountModule, mountpointOf } from '../helpers/mount.js';
import type { Scope } from '../helpers/scope.js';
import type { ServerOptions } from '../helpers/server.js';
import { missingPrograms } from '../helpers/sh.js';
import { suite } from '../helpers/suite.js';
import { FALLBACK } from '../helpers/wanted.js';

const MODULE = new URL('../fixtures/cached.js', import.meta.url);

const test = suite('io_uring that is wanted, but can not be had,');

const refusals: { reason: string; options: Partial<ServerOptions>; program?: string }[] = [
  { reason: 'several workers share the connection', options: { workers: 2 } },
  {
    reason: 'of the option auto_unmount',
    options: { options: ['auto_unmount'] },
    program: 'fusermount3',
  },
];

for (const { reason, options, program } of refusals) {
  test(`is done without: ${reason}`, async (scope) => {
    const missing = program && (await missingPrograms(program));
    if (missing) scope.skip(missing);
    const data = { log: new Calls(scope).log };
    const server = await mountModule(scope, MODULE, { ...options, data, transport: 'uring' });
    assert.ok((await readdir(server.dir)).includes('message'));
    assert.match(server.output(), new RegExp(`${FALLBACK}${reason}`));
  });
}

/** Mounts where the shim's function of that name fails. */
async function without(scope: Scope, name: 'ring' | 'ring_control', errno: number) {
  const { [name]: call } = shim;
  const said: string[] = [];
  const { write } = process.stderr;
  process.stderr.write = ((text: string) => said.push(text) > 0) as typeof write;
  Object.assign(shim, { [name]: () => -errno });
  scope.after(() => {
    process.stderr.write = write;
    Object.assign(shim, { [name]: call });
  });
  const config = { transport: 'uring' } as const;
  const session = await mount(new StaticFs(), mountpointOf(scope), undefined, config);
  scope.after(() => session.close());
  session.main().catch(() => {});
  assert.deepEqual(await readdir(session.mountpoint), []);
  assert.equal(session.stats().transport, 'read');
  return said.join('');
}

test('is done without: io_uring_setup is refused', async (scope) => {
  const said = await without(scope, 'ring', errno.EPERM as number);
  assert.match(said, new RegExp(`${FALLBACK}io_uring_setup failed with EPERM`));
});

test('is done without: its connection could not be aborted', async (scope) => {
  const said = await without(scope, 'ring_control', errno.EACCES as number);
  assert.match(said, new RegExp(`${FALLBACK}its connection could not be aborted: EACCES`));
});
