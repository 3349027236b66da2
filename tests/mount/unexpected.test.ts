import { strict as assert } from 'node:assert';
import { readFile } from 'node:fs/promises';
import type { SessionConfig } from 'wasmfuse';
import type { BAD } from '../fixtures/bad.js';
import { CALLS } from '../helpers/badcalls.js';
import { deadline } from '../helpers/deadline.js';
import { Host } from '../helpers/host.js';
import { mountpointOf } from '../helpers/mount.js';
import type { Scope } from '../helpers/scope.js';
import { suite } from '../helpers/suite.js';
import { PLACES, type Place } from '../helpers/trial.js';

const MODULE = new URL('../fixtures/bad.js', import.meta.url).href;
const MAIN_MS = 3000;

/** Unexpected errors of some operations, and what main() makes of them where it rejects. */
const ERRORS: [operation: keyof typeof BAD, how: string, reason: RegExp][] = [
  ['lookup', 'throw-error', /^a plain error$/],
  ['open', 'reject-error', /^a type error$/],
  ['read', 'throw-undefined', /^a handler threw undefined$/],
  ['write', 'throw-exotic', /^a handler threw \[Object: null prototype\] \{\}$/],
  ['readlink', 'reject-string', /^a handler threw 'a string'$/],
  ['read', 'promise-undefined', /result of read is no Buffer/],
];

async function serve(
  scope: Scope,
  host: Host,
  { workers = 1, instance = false }: Place,
  how: SessionConfig['onUnexpectedError'],
) {
  const mountpoint = mountpointOf(scope);
  const config = { ...(workers > 1 && { workers }), ...(how && { onUnexpectedError: how }) };
  await host.call('open', { module: MODULE, mountpoint, config, instance });
  scope.after(() => host.call('close', mountpoint));
  return mountpoint;
}

async function fail(dir: string, operation: keyof typeof BAD, how: string): Promise<void> {
  const call = CALLS[operation];
  await assert.rejects(async () => call(`${dir}/${operation}/${how}`), { code: 'EIO' });
}

for (const [where, place] of Object.entries(PLACES)) {
  const test = suite(`an unexpected error (${where})`);
  let host: Host;
  test.before((scope) => {
    host = new Host(scope);
  });

  for (const how of ['log', undefined] as const) {
    test(`is logged, and serving goes on (${how ?? 'by default'})`, async (scope) => {
      const dir = await serve(scope, host, place, how);
      for (const [operation, name] of ERRORS) {
        await fail(dir, operation, name);
        assert.equal(await readFile(`${dir}/good`, 'utf8'), 'good\n');
      }
      await host.call('close', dir);
      assert.deepEqual(await host.call('main', dir), {});
      assert.match(host.output(), /lookup failed unexpectedly: Error: a plain error\n +at /);
    });
  }

  for (const [operation, name, reason] of ERRORS) {
    test(`of ${operation} (${name}) ends main() when that is wanted`, async (scope) => {
      const dir = await serve(scope, host, place, 'raise');
      await fail(dir, operation, name);
      const settled = await deadline(host.call('main', dir), MAIN_MS, 'main()');
      assert.match(settled.reason?.message ?? 'main() has not failed', reason);
    });
  }
}
