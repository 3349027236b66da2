import { strict as assert } from 'node:assert';
import { realpathSync, symlinkSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type ConnectionInfo, mount } from 'wasmfuse';
import ControlFs from '../fixtures/control.js';
import { deadline } from '../helpers/deadline.js';
import { mountpointOf, tempDir } from '../helpers/mount.js';
import { suite } from '../helpers/suite.js';

const MODULE = new URL('../fixtures/control.js', import.meta.url);

const test = suite('a mountpoint');

test('is told to init of the filesystem without symbolic links', async (scope) => {
  const dir = mountpointOf(scope);
  const link = join(tempDir(scope), 'link');
  symlinkSync(dir, link);
  let told: string | undefined;
  class Told extends ControlFs {
    override init({ mountpoint }: ConnectionInfo): void {
      told = mountpoint;
    }
  }
  const session = await mount(new Told(), link);
  scope.after(() => session.close());
  session.main().catch(() => {});
  await stat(`${dir}/file`);
  assert.equal(told, realpathSync(dir));
});

test('of a session that nobody serves is busy', async (scope) => {
  const dir = mountpointOf(scope);
  const first = await mount(MODULE, dir);
  scope.after(() => first.close());
  await assert.rejects(deadline(mount(MODULE, dir), 5000, 'a second mount'), {
    code: 'EBUSY',
    message: /does not answer/,
  });
  const running = first.main();
  running.catch(() => {});
  assert.ok((await stat(`${dir}/file`)).isFile());
});
