import { strict as assert } from 'node:assert';
import { access, open, readdir, readFile, stat } from 'node:fs/promises';
import { Calls } from '../helpers/calls.js';
import { mountModule } from '../helpers/mount.js';
import { fuseMountsUnder, type MountEntry } from '../helpers/mountinfo.js';
import { placements } from '../helpers/placement.js';
import type { Scope } from '../helpers/scope.js';
import { suite } from '../helpers/suite.js';

const MODULE = new URL('../fixtures/cached.js', import.meta.url);

for (const [placement, where] of placements) {
  const test = suite(`a mount served by ${where}`);
  let dir = '';
  let calls: Calls;
  test.before(async (scope: Scope) => {
    calls = new Calls(scope);
    ({ dir } = await mountModule(scope, MODULE, { placement, data: { log: calls.log } }));
  });

  test('lists what is there', async () => {
    assert.deepEqual((await readdir(dir)).sort(), ['dir', 'empty', 'message']);
  });

  test('gives types with the names', async () => {
    const entries = await readdir(dir, { withFileTypes: true });
    const directories = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
    assert.deepEqual(directories, ['dir']);
    assert.ok(entries.filter(({ name }) => name !== 'dir').every((entry) => entry.isFile()));
  });

  test('reads', async () => {
    assert.equal(await readFile(`${dir}/message`, 'utf8'), 'hello world\n');
    assert.equal(await readFile(`${dir}/empty`, 'utf8'), '');
  });

  test('shows attributes', async () => {
    const attributes = await stat(`${dir}/message`, { bigint: true });
    assert.equal(attributes.size, 12n);
    assert.equal(attributes.mode, 0o100644n);
    assert.equal(attributes.mtimeNs, 1_000_000_001n);
    assert.equal(attributes.nlink, 1n);
    assert.equal(attributes.blksize, 4096n);
  });

  test('fails with ENOENT for a name that is not there', async () => {
    await assert.rejects(stat(`${dir}/missing`), { code: 'ENOENT' });
    await assert.rejects(readdir(`${dir}/missing`), { code: 'ENOENT' });
  });

  test('fails as each missing operation should', async () => {
    // Without write and create handlers, the kernel sees ENOSYS.
    await assert.rejects(open(`${dir}/new`, 'w'), { code: 'ENOSYS' });
    const file = await open(`${dir}/message`, 'r+');
    await assert.rejects(file.write('x'), { code: 'ENOSYS' });
    await file.close();
  });

  test('checks permissions by the default options', async () => {
    const { options, fstype } = fuseMountsUnder(dir)[0] as MountEntry;
    assert.ok(options.includes('default_permissions'), options.join());
    assert.equal(fstype, 'fuse');
    await assert.rejects(access(`${dir}/message`, 1), { code: 'EACCES' });
  });

  test('calls the handlers with inode, name and context', async (scope) => {
    // A mount of its own: a listing would make the lookup needless.
    calls = new Calls(scope);
    ({ dir } = await mountModule(scope, MODULE, { placement, data: { log: calls.log } }));
    await readFile(`${dir}/message`);
    const lookup = calls.of('lookup').find(({ args }) => args[1] === 'message');
    assert.deepEqual(lookup?.args, ['1n', 'message']);
    assert.equal(lookup?.ctx?.uid, process.getuid?.());
    assert.equal(lookup?.ctx?.inode, '1n');
    const [read] = calls.of('read');
    assert.deepEqual(read?.args.slice(0, 2), ['2n', 0]);
    assert.deepEqual(calls.of('open')[0]?.args[0], '2n');
  });
}
