import { strict as assert } from 'node:assert';
import { existsSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { mount, Session, setxattr } from 'wasmfuse';
import ControlFs from '../fixtures/control.js';
import type { SelfishData } from '../fixtures/selfish.js';
import { deadline, until } from '../helpers/deadline.js';
import { mountpointOf, tempDir } from '../helpers/mount.js';
import { fuseMountsUnder } from '../helpers/mountinfo.js';
import { missingPrograms } from '../helpers/sh.js';
import { suite } from '../helpers/suite.js';

const fixture = (name: string) => new URL(`../fixtures/${name}.js`, import.meta.url);
const MODULE = fixture('control');

const death = suite('a worker that dies');

death('leaves no mount that was made by a link to its mountpoint', async (scope) => {
  const dir = mountpointOf(scope);
  const link = join(tempDir(scope), 'link');
  symlinkSync(dir, link);
  const session = await mount(MODULE, link);
  scope.after(() => session.close());
  const running = session.main();
  running.catch(() => {});
  assert.throws(() => setxattr(dir, 'user.command', Buffer.from('exit')));
  await assert.rejects(deadline(running, 3000, 'main()'), /exit code 3/);
  assert.deepEqual(fuseMountsUnder(dir), []);
});

death('while it mounts leaves no mount', async (scope) => {
  const dir = mountpointOf(scope);
  const session = new Session(fixture('modules/leaves'), dir);
  await assert.rejects(deadline(session.init(), 5000, 'init()'), /thread of the handlers ended/);
  assert.deepEqual(fuseMountsUnder(dir), []);
  await session.close();
});

death('waiting for its own mount is ended by close()', async (scope) => {
  const dir = mountpointOf(scope);
  const data: SelfishData = { mountpoint: dir, log: join(tempDir(scope), 'log') };
  const session = await mount(fixture('selfish'), dir, undefined, { data, closeTimeout: 100 });
  const running = session.main();
  running.catch(() => {});
  const reading = readFile(`${dir}/file`).catch((error: NodeJS.ErrnoException) => error.code);
  await until(() => existsSync(data.log), 5000, 'the read');
  // Beside closeTimeout, the thread is given a second to answer.
  await deadline(session.close(), 3000, 'close()');
  assert.deepEqual(fuseMountsUnder(dir), []);
  const code = await deadline(reading, 1000, 'the read');
  assert.ok(code === 'ECONNABORTED' || code === 'ENOTCONN', `${code}`);
  await assert.rejects(deadline(running, 1000, 'main()'));
});

/** Processes that this one has started and not reaped, by their names. */
function children(): string[] {
  const numbers = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return numbers.flatMap((pid) => {
    try {
      const [, name = '', parent] =
        /\((.*)\) \S (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'latin1')) ?? [];
      return Number(parent) === process.pid ? name : [];
    } catch {
      // It has ended meanwhile.
      return [];
    }
  });
}

const unmounting = suite('auto_unmount');

for (const instance of [false, true]) {
  const where = instance ? 'the main thread' : 'a worker';
  unmounting(`leaves no process after close(), served by ${where}`, async (scope) => {
    const missing = await missingPrograms('fusermount3');
    if (missing !== undefined) scope.skip(missing);
    const dir = mountpointOf(scope);
    const session = await mount(instance ? new ControlFs() : MODULE, dir, ['auto_unmount']);
    session.main().catch(() => {});
    assert.equal(await readFile(`${dir}/file`, 'utf8'), 'text');
    assert.deepEqual(children(), ['fusermount3']);
    await session.close();
    assert.deepEqual(children(), []);
    assert.deepEqual(fuseMountsUnder(dir), []);
  });
}

unmounting('leaves no process after the worker has died', async (scope) => {
  const missing = await missingPrograms('fusermount3');
  if (missing !== undefined) scope.skip(missing);
  const dir = mountpointOf(scope);
  const session = await mount(MODULE, dir, ['auto_unmount']);
  const running = session.main();
  running.catch(() => {});
  assert.throws(() => setxattr(dir, 'user.command', Buffer.from('exit')));
  await assert.rejects(deadline(running, 3000, 'main()'));
  await session.close();
  assert.deepEqual(children(), []);
});
