import { strict as assert } from 'node:assert';
import { readFile } from 'node:fs/promises';
import { mount, type Session } from 'wasmfuse';
import TellerFs from '../fixtures/teller.js';
import { deadline } from '../helpers/deadline.js';
import { mountpointOf } from '../helpers/mount.js';
import { fuseMountsUnder } from '../helpers/mountinfo.js';
import type { Scope } from '../helpers/scope.js';
import { sh } from '../helpers/sh.js';
import { suite } from '../helpers/suite.js';

const MODULE = new URL('../fixtures/teller.js', import.meta.url);
const COUNT = 16;

interface One {
  dir: string;
  text: string;
  session: Session;
  running: Promise<void>;
}

async function serveOne(scope: Scope, number: number): Promise<One> {
  const dir = mountpointOf(scope);
  const text = `this is ${number}`;
  const isModule = number % 4 > 0;
  const session = await mount(
    isModule ? MODULE : new TellerFs({ text }),
    dir,
    ['default_permissions', `fsname=number${number}`],
    { data: { text }, workers: isModule ? (number % 2) + 1 : 1 },
  );
  scope.after(() => session.close());
  const running = session.main(0, number + 1);
  running.catch(() => {});
  return { dir, text, session, running };
}

const check = async ({ dir, text }: One) =>
  assert.equal(await deadline(sh(`cat ${dir}/text`), 5000, text), text);

const test = suite('sixteen mounts of one process');

test(
  'are each their own, and closing one disturbs none',
  async (scope) => {
    const all = await Promise.all(Array.from({ length: COUNT }, (_, i) => serveOne(scope, i)));
    await Promise.all(all.map(check));
    const sources = all.map(({ dir }) => fuseMountsUnder(dir)[0]?.source);
    assert.deepEqual(
      sources,
      all.map((_, i) => `number${i}`),
    );
    while (all.length > 0) {
      const [gone] = all.splice(Math.floor(all.length / 3), 1) as [One];
      const others = Promise.all(all.map(check));
      await Promise.all([gone.session.close(), gone.session.closed, gone.running]);
      assert.deepEqual(fuseMountsUnder(gone.dir), []);
      await others;
    }
  },
  { timeout: 30_000 },
);

test('can be disposed of by the language', async (scope) => {
  const dir = mountpointOf(scope);
  {
    await using session = await mount(MODULE, dir);
    session.main().catch(() => {});
    assert.equal(await readFile(`${dir}/text`, 'utf8'), 'text');
  }
  assert.deepEqual(fuseMountsUnder(dir), []);
});
