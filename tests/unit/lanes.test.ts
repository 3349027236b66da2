import { strict as assert } from 'node:assert';
import { Deferred } from '#dist/session/deferred.js';
import { Lanes } from '#dist/session/lanes.js';
import { suite } from '../helpers/suite.js';

const test = suite('lanes');

const turn = () => new Promise(setImmediate);

test('start a job at once, and the next of its kind when it has settled', async () => {
  const lanes = new Lanes();
  const started: string[] = [];
  const gates = [new Deferred<void>(), new Deferred<void>(), new Deferred<void>()] as const;
  const job = (name: string, gate: Deferred<void>) => async () => {
    started.push(name);
    await gate.promise;
    return name;
  };
  const first = lanes.run('a', job('a1', gates[0]));
  const second = lanes.run('a', job('a2', gates[1]));
  const other = lanes.run('b', job('b1', gates[2]));
  assert.deepEqual(started, ['a1', 'b1']);
  gates[2].resolve();
  assert.equal(await other, 'b1');
  assert.deepEqual(started, ['a1', 'b1']);
  gates[0].resolve();
  assert.equal(await first, 'a1');
  await turn();
  assert.deepEqual(started, ['a1', 'b1', 'a2']);
  gates[1].resolve();
  assert.equal(await second, 'a2');
});

test('go on after a job that failed', async () => {
  const lanes = new Lanes();
  const failed = lanes.run('a', async () => {
    throw new Error('no');
  });
  const next = lanes.run('a', async () => 'yes');
  await assert.rejects(failed, /no/);
  assert.equal(await next, 'yes');
  await turn();
  let isStarted = false;
  void lanes.run('a', async () => {
    isStarted = true;
  });
  assert.equal(isStarted, true);
});
