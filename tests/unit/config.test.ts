import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import { Operations, Session, type SessionConfig } from 'wasmfuse';
import { suite } from '../helpers/suite.js';

const make = (config: unknown) =>
  new Session(new Operations(), '/', undefined, config as SessionConfig);

const test = suite('config');

test('names the field of a wrong type', () => {
  for (const [field, value] of Object.entries({
    debug: 'no',
    handleSignals: 1,
    nonempty: 'yes',
    replaceStale: null,
    closeTimeout: '5',
    resourceLimits: 5,
  })) {
    const expected = { name: 'TypeError', message: new RegExp(`config.${field} must be of type`) };
    assert.throws(() => make({ [field]: value }), expected);
    make({ [field]: undefined });
  }
  assert.throws(() => make({ closeTimeout: -1 }), { name: 'RangeError', message: /closeTimeout/ });
  assert.throws(() => make({ closeTimeout: Number.NaN }), RangeError);
});

test('must be an object', () => {
  for (const wrong of [null, 5, 'text', Symbol('one')]) {
    assert.throws(() => make(wrong), { name: 'TypeError', message: /config is no object/ });
  }
  make(undefined);
});

test('warns of a field that there is not', async () => {
  const warned = once(process, 'warning');
  make({ wrokers: 2 });
  const [warning] = await warned;
  assert.match((warning as Error).message, /no field 'wrokers'/);
});

test('takes one of the transports that there are, also from the environment', (scope) => {
  for (const transport of ['auto', 'read', 'uring', undefined]) make({ transport });
  const expected = (whose: string) => ({
    name: 'TypeError',
    message: `${whose} is none of 'auto', 'read' and 'uring': pigeon`,
  });
  assert.throws(() => make({ transport: 'pigeon' }), expected('transport'));
  const { WASMFUSE_TRANSPORT: before = '' } = process.env;
  scope.after(() => {
    process.env.WASMFUSE_TRANSPORT = before;
  });
  process.env.WASMFUSE_TRANSPORT = 'pigeon';
  assert.throws(() => make({}), expected('WASMFUSE_TRANSPORT'));
  make({ transport: 'read' });
});
