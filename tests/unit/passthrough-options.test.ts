import { strict as assert } from 'node:assert';
import fs from 'node:fs';
import { join } from 'node:path';
import { parseOptions } from '#dist/examples/passthrough/options.js';
import Passthrough from '#dist/examples/passthrough.js';
import { tempDir } from '../helpers/mount.js';
import { suite } from '../helpers/suite.js';

const options = suite('passthrough options');

options('default to timeouts of 0', () => {
  const source = '/some/where';
  assert.deepEqual(parseOptions({ source }), { source, entryTimeout: 0, attrTimeout: 0 });
});

options('take numbers as text', () => {
  const given = { source: '/', entryTimeout: '1.5', attrTimeout: 2 };
  assert.deepEqual(parseOptions(given), { source: '/', entryTimeout: 1.5, attrTimeout: 2 });
});

const wrong: [data: unknown, message: RegExp][] = [
  [undefined, /the options must be an object/],
  [{}, /source must be a directory/],
  [{ source: '' }, /source must be a directory/],
  [{ source: 3 }, /source must be a directory/],
  [{ source: '/', wrong: 1 }, /unknown option 'wrong'; there are source,/],
  [{ source: '/', attrTimeout: 'soon' }, /attrTimeout must be seconds/],
  [{ source: '/', entryTimeout: -1 }, /entryTimeout must be seconds/],
  [{ source: '/', entryTimeout: Number.NaN }, /entryTimeout must be seconds/],
  [{ source: '/', entryTimeout: ' ' }, /entryTimeout must be seconds/],
];

for (const [data, message] of wrong) {
  options(`refuse ${JSON.stringify(data)}`, () => {
    assert.throws(() => new Passthrough(data as never), { name: 'TypeError', message });
  });
}

options('need a source that is a directory', (scope) => {
  const dir = tempDir(scope);
  const file = join(dir, 'file');
  fs.writeFileSync(file, '');
  assert.throws(() => new Passthrough({ source: file }), { code: 'ENOTDIR', path: file });
  assert.throws(() => new Passthrough({ source: join(dir, 'none') }), { code: 'ENOENT' });
});
