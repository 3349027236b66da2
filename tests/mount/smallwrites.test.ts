import { strict as assert } from 'node:assert';
import { existsSync, statSync } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { getxattr, mount } from 'wasmfuse';
import { type HeldWritesData, LONG } from '../fixtures/heldwrites.js';
import { until } from '../helpers/deadline.js';
import { mountpointOf, tempDir } from '../helpers/mount.js';
import { suite } from '../helpers/suite.js';

const fixture = (name: string) => new URL(`../fixtures/${name}.js`, import.meta.url);

const test = suite('max_write');

test('below what the kernel can do becomes the least it can', async (scope) => {
  const dir = mountpointOf(scope);
  const session = await mount(fixture('control'), dir, ['max_write=1']);
  scope.after(() => session.close());
  session.main().catch(() => {});
  assert.equal(await readFile(`${dir}/file`, 'utf8'), 'text');
});

test('does not limit xattrs, also when served once more', async (scope) => {
  const dir = mountpointOf(scope);
  const data: HeldWritesData = {
    log: join(tempDir(scope), 'log'),
    files: ['a', 'b', 'c', 'd'],
  };
  const session = await mount(fixture('heldwrites'), dir, ['max_write=4096'], { data });
  scope.after(() => session.close());
  const running = session.main();
  const files = await Promise.all(data.files.map((name) => open(`${dir}/${name}`, 'w')));
  scope.after(() => Promise.all(files.map((file) => file.close())));
  session.terminate();
  await running;

  session.main(1, data.files.length + 1).catch(() => {});
  const writes = files.map((file, i) => file.write(Buffer.alloc(4096, i)));
  const begun = () => existsSync(data.log) && statSync(data.log).size === files.length;
  await until(begun, 5000, 'the writes');
  const value = getxattr(`${dir}/a`, 'user.long', LONG);
  assert.deepEqual(value, Buffer.alloc(LONG, 'x'));
  for (const { bytesWritten } of await Promise.all(writes)) assert.equal(bytesWritten, 4096);
});
