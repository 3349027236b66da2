import { strict as assert } from 'node:assert';
import { constants } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { Calls } from '../helpers/calls.js';
import { FOR_OTHERS, mountModule } from '../helpers/mount.js';
import { sh } from '../helpers/sh.js';
import { suite } from '../helpers/suite.js';

const MODULE = new URL('../fixtures/mutable.js', import.meta.url);

const test = suite('the context of a request');
let dir = '';
let calls: Calls;
test.before(async (scope) => {
  calls = new Calls(scope);
  const options = FOR_OTHERS;
  ({ dir } = await mountModule(scope, MODULE, { data: { log: calls.log }, options }));
});

test('names the user and group of the caller', async (scope) => {
  if (process.getuid?.() !== 0) scope.skip('only root can be another user');
  // The directory of the tests is closed to others; the mount is reached as a working directory.
  await sh('setpriv --reuid 1234 --regid 2345 --clear-groups mkdir by-other', { cwd: dir });
  const call = await calls.next('mkdir', ({ args }) => args[1] === 'by-other');
  assert.deepEqual([call.ctx?.uid, call.ctx?.gid], [1234, 2345]);
});

test('names the process of the caller', async () => {
  const pid = Number(await sh('echo $$; exec mkdir by-pid', { cwd: dir }));
  const call = await calls.next('mkdir', ({ args }) => args[1] === 'by-pid');
  assert.equal(call.ctx?.pid, pid);
});

test('has the umask, already applied to the mode', async () => {
  await sh('umask 072; mkdir masked; mkfifo -m 666 fifo; mkfifo masked-fifo', { cwd: dir });
  const directory = await calls.next('mkdir', ({ args }) => args[1] === 'masked');
  assert.equal(directory.args[2], constants.S_IFDIR | 0o705);
  assert.equal(directory.ctx?.umask, 0o072);
  const fifo = await calls.next('mknod', ({ args }) => args[1] === 'masked-fifo');
  assert.equal(fifo.args[2], constants.S_IFIFO | 0o604);
});

test('has the inode and, where there is one, the handle', async () => {
  await sh('echo text > with-handle', { cwd: dir });
  await chmod(`${dir}/with-handle`, 0o600);
  const write = await calls.next(
    'write',
    ({ args }) => args[2] === Buffer.from('text\n').toString('hex'),
  );
  assert.equal(write.ctx?.fh, write.args[0]);
  assert.equal(write.ctx?.inode, write.args[0], 'this filesystem has inodes for handles');
  const setattr = calls.of('setattr').at(-1);
  assert.equal(setattr?.ctx?.fh, null);
});

test('passes device numbers whole', async (scope) => {
  if (process.getuid?.() !== 0) scope.skip('only root makes device nodes');
  for (const [major, minor] of [
    [1, 3],
    [300, 5],
    [8, 70_000],
    [4095, 1_048_575],
  ] as const) {
    await sh(`mknod dev-${major}-${minor} b ${major} ${minor}`, { cwd: dir });
    const shown = await sh(`stat -c '%Hr %Lr' dev-${major}-${minor}`, { cwd: dir });
    assert.equal(shown.trim(), `${major} ${minor}`);
  }
});
