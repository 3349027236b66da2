import { strict as assert } from 'node:assert';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transform } from 'esbuild';
import { tempDir, whyNoMount } from '../helpers/mount.js';
import { fuseMountsUnder } from '../helpers/mountinfo.js';
import { exec } from '../helpers/sh.js';
import { suite } from '../helpers/suite.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
const [filesystem, program] = [...readme.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code]) => code);

const test = suite('the README');

test('shows a filesystem and a program that work', async (scope) => {
  const reason = whyNoMount();
  if (reason !== undefined) scope.skip(reason);
  assert.ok(filesystem !== undefined && program !== undefined, 'two pieces of TypeScript');
  // Inside the package, so that its own name leads to it.
  const dir = mkdtempSync(join(ROOT, 'build', 'readme-'));
  scope.after(() => rmSync(dir, { recursive: true, force: true }));
  const mountpoint = tempDir(scope);
  const javascript = async (code: string) => (await transform(code, { loader: 'ts' })).code;
  writeFileSync(join(dir, 'hello.js'), await javascript(filesystem));
  const moved = program.replaceAll('/mnt/hello', mountpoint);
  writeFileSync(join(dir, 'program.js'), await javascript(moved));
  const { status, stdout, stderr } = await exec(process.execPath, [join(dir, 'program.js')]);
  assert.equal(stderr, '');
  assert.equal(stdout, 'hello world\n\n');
  assert.equal(status, 0);
  assert.deepEqual(fuseMountsUnder(mountpoint), []);
});
