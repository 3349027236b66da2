/** A test file that waits for a filesystem which never answers, on its only thread. */
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mount } from 'wasmfuse';
import { suite } from '../../helpers/suite.js';

const test = suite('stuck');
test('waits for its mount', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'mnt-'));
  const session = await mount(new URL('../../fixtures/control.js', import.meta.url), dir);
  void session.main();
  readFileSync(join(dir, 'never'));
});
