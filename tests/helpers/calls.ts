import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Call } from '../fixtures/recorder.js';
import { until } from './deadline.js';
import { tempDir } from './mount.js';
import type { Scope } from './scope.js';

/** The calls of handlers that a filesystem of the tests has noted in a file. */
export class Calls {
  readonly log: string;

  constructor(scope: Scope) {
    this.log = join(tempDir(scope, 'log-'), 'calls');
  }

  all(): Call[] {
    if (!existsSync(this.log)) return [];
    const lines = readFileSync(this.log, 'utf8').split('\n');
    // The last line is empty, or half written.
    return lines.slice(0, -1).map((line) => JSON.parse(line) as Call);
  }

  of(op: string): Call[] {
    return this.all().filter((call) => call.op === op);
  }

  count(op: string): number {
    return this.of(op).length;
  }

  /** Waits until a call that fits has been noted: some come after the system call has returned. */
  next(op: string, fits: (call: Call) => boolean = () => true): Promise<Call> {
    return until(() => this.of(op).find(fits), 5000, `a call of ${op}`);
  }
}
