import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { chmod, open, opendir, readdir, rename, rm, statfs, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { until } from '../helpers/deadline.js';
import { mountModule } from '../helpers/mount.js';
import { missingPrograms, sh } from '../helpers/sh.js';
import { suite } from '../helpers/suite.js';

const MODULE = new URL('../../../dist/examples/tmpfs.js', import.meta.url);
const MIB = 1024 * 1024;

const test = suite('tmpfs on a mount');

test('runs no program as its owner once an ordinary user has written to it', async (scope) => {
  if (process.getuid?.() !== 0) scope.skip('needs root, to act as another user');
  const missing = await missingPrograms('id', 'dd');
  if (missing !== undefined) scope.skip(missing);
  const { dir } = await mountModule(scope, MODULE, { options: ['allow_other', 'suid'] });
  await chmod(dirname(dir), 0o711);
  const user = { uid: 1000, gid: 1000, cwd: '/' };
  await sh(`cp "$(command -v id)" ${dir}/id && chmod 4777 ${dir}/id`);
  assert.equal(await sh(`${dir}/id -u`, user), '0\n');
  // Nothing asks for the attributes between the write and the execve.
  const write = 'dd if=/dev/zero bs=1 count=1 seek=1M conv=notrunc status=none';
  assert.equal(await sh(`${write} of=${dir}/id; ${dir}/id -u`, user), '1000\n');
});

test('gives the memory of removed files back to the system', async (scope) => {
  const server = await mountModule(scope, MODULE);
  const resident = () =>
    Number(/^VmRSS:\s*(\d+)/m.exec(readFileSync(`/proc/${server.pid}/status`, 'utf8'))?.[1]) * 1024;
  const before = resident();
  await writeFile(`${server.dir}/big`, Buffer.alloc(200 * MIB, 1));
  assert.ok(resident() - before > 150 * MIB, `${resident() - before} bytes in use`);
  await rm(`${server.dir}/big`);
  await until(() => resident() - before < 60 * MIB, 5000, 'less memory');
});

test('fails with ENOSPC, keeps what is there, and goes on when there is room', async (scope) => {
  const { dir } = await mountModule(scope, MODULE, { data: { size: '1m' } });
  const kept = Buffer.alloc(MIB / 2, 7);
  await writeFile(`${dir}/kept`, kept);
  const noRoom = { code: 'ENOSPC' };
  await assert.rejects(writeFile(`${dir}/more`, Buffer.alloc(MIB)), noRoom);
  assert.ok(kept.equals(readFileSync(`${dir}/kept`)));
  await rm(`${dir}/more`);
  await until(async () => (await statfs(dir)).bfree === 128, 2000, 'free blocks');
  await writeFile(`${dir}/more`, Buffer.alloc(MIB / 2));
  assert.equal((await statfs(dir)).bfree, 0);
  const file = await open(`${dir}/kept`, 'r+');
  scope.after(() => file.close());
  assert.equal((await file.write(Buffer.alloc(100), 0)).bytesWritten, 100);
});

test('lists each name once while every one of them is renamed and copied', async (scope) => {
  const { dir } = await mountModule(scope, MODULE);
  const names = Array.from({ length: 500 }, (_, i) => `name-${i}`);
  for (const name of names) await writeFile(`${dir}/${name}`, '');
  const seen: string[] = [];
  for await (const { name } of await opendir(dir, { bufferSize: 8 })) {
    seen.push(name);
    assert.ok(seen.length <= names.length, 'the listing does not end');
    await rename(`${dir}/${name}`, `${dir}/${name}.renamed`);
    await writeFile(`${dir}/${name}.copy`, '');
  }
  assert.deepEqual(seen, names);
  assert.equal((await readdir(dir)).length, 2 * names.length);
});
