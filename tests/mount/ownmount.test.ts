import { strict as assert } from 'node:assert';
import fs from 'node:fs';
import { mount } from 'wasmfuse';
import { mountpointOf } from '../helpers/mount.js';
import { suite } from '../helpers/suite.js';

const TMPFS = new URL('../../../dist/examples/tmpfs.js', import.meta.url);

const test = suite('a program on its own mount');

for (const workers of [1, 2]) {
  // tmpfs keeps its files in one worker's memory, so that more of them can't share it.
  const module = workers === 1 ? TMPFS : new URL('../fixtures/teller.js', import.meta.url);
  test(`makes 1,000 synchronous calls without a deadlock (${workers})`, async (scope) => {
    const dir = mountpointOf(scope);
    const session = await mount(module, dir, undefined, { workers });
    scope.after(() => session.close());
    const running = session.main();
    for (let i = 0; i < 1000 / 5; i++) {
      if (workers > 1) {
        for (let each = 0; each < 5; each++) {
          assert.equal(fs.readFileSync(`${dir}/text`, 'utf8'), 'text');
        }
        continue;
      }
      fs.writeFileSync(`${dir}/file${i}`, `${i}`);
      assert.equal(fs.readFileSync(`${dir}/file${i}`, 'utf8'), `${i}`);
      assert.equal(fs.statSync(`${dir}/file${i}`).size, `${i}`.length);
      assert.equal(fs.readdirSync(dir).length, 1);
      fs.unlinkSync(`${dir}/file${i}`);
    }
    session.terminate();
    await running;
  });
}
