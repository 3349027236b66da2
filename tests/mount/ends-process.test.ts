import { strict as assert } from 'node:assert';
import { deadline, until } from '../helpers/deadline.js';
import { Host } from '../helpers/host.js';
import type { Scope } from '../helpers/scope.js';
import { missingPrograms } from '../helpers/sh.js';
import { suite } from '../helpers/suite.js';
import {
  MAIN_THREAD,
  ONE,
  PLACES,
  type Place,
  Trial,
  type TrialOptions,
} from '../helpers/trial.js';

const END_MS = 5000;
const HEAP_MB = 48;

/** One way for a process to end that serves, and what whoever started it sees. */
interface ProcessEnd extends TrialOptions {
  status: number | string;
  signal?: NodeJS.Signals;
  /** What it has said. */
  output: RegExp;
  execArgv?: string[];
  /** Before the end, other threads serve on. */
  goesOn?: true;
}

const SILENT = /^$/;
const CLOSE_MS = 200;
const UNMOUNTED_BY_OTHERS = { options: ['auto_unmount'] };
const inOneWorker = { [ONE]: PLACES[ONE] as Place };
const onMainThread = { [MAIN_THREAD]: PLACES[MAIN_THREAD] as Place };

/** Two sessions with callers that wait, and all of it ends at once. */
async function checkEnd(scope: Scope, place: Place, end: ProcessEnd): Promise<void> {
  if (end.options !== undefined) {
    const missing = await missingPrograms('fusermount3');
    if (missing !== undefined) scope.skip(missing);
  }
  const host = new Host(scope, end.execArgv);
  const { options, config } = end;
  const beside = await Trial.begin(scope, host, PLACES[ONE] as Place, {
    ...(options && { options }),
    ...(config && { config }),
  });
  const trial = await Trial.begin(scope, host, place, end);
  await Promise.all([trial.occupy(), !end.goesOn && beside.occupy()]);
  // It may have no time to answer.
  trial.go().catch(() => {});
  if (end.goesOn) await beside.checkServes();
  if (end.signal !== undefined) host.kill(end.signal);
  assert.equal(await deadline(host.ended, END_MS, 'end of the process'), end.status, host.output());
  assert.match(host.output(), end.output);
  await until(() => !trial.isMounted && !beside.isMounted, END_MS, 'unmounting');
  await trial.check(Array(trial.tasks).fill('failed'));
  if (!end.goesOn) await beside.check(['failed']);
}

function testProcess(name: string, places: Record<string, Place>, end: ProcessEnd): void {
  for (const [where, place] of Object.entries(places)) {
    ending(`${name} (${where})`, (scope) => checkEnd(scope, place, end));
  }
}

const ending = suite('a process that serves leaves no mount, and no caller blocked, ended by');

const HANDLED = { SIGTERM: PLACES, SIGINT: inOneWorker, SIGHUP: inOneWorker };
for (const [signal, places] of Object.entries(HANDLED)) {
  testProcess(`${signal}, which is handled`, places, {
    config: { handleSignals: true, closeTimeout: CLOSE_MS },
    signal: signal as NodeJS.Signals,
    status: signal,
    output: SILENT,
  });
}

testProcess('kill -9, with auto_unmount', PLACES, {
  ...UNMOUNTED_BY_OTHERS,
  signal: 'SIGKILL',
  status: 'SIGKILL',
  output: SILENT,
});

testProcess('kill -9, with auto_unmount, from a handler that loops for ever', onMainThread, {
  ...UNMOUNTED_BY_OTHERS,
  deed: 'loopForEver',
  goesOn: true,
  signal: 'SIGKILL',
  status: 'SIGKILL',
  output: SILENT,
});

testProcess('a heap that is full, with auto_unmount', onMainThread, {
  ...UNMOUNTED_BY_OTHERS,
  execArgv: [`--max-old-space-size=${HEAP_MB}`],
  deed: 'exhaustHeap',
  status: 'SIGABRT',
  output: /heap out of memory/,
});

testProcess('an uncaught error in a timer', onMainThread, {
  deed: 'throwLater',
  status: 1,
  output: /nobody catches this/,
});

testProcess('process.exit()', onMainThread, { deed: 'exit', status: 3, output: SILENT });
