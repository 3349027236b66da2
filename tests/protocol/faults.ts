/** What a handler can do wrong, whatever its operation. */
import type { Row } from '#dist/session/optable.js';
import * as reply from '#dist/session/reply.js';

function trap(): never {
  throw new Error('touched');
}

/** Throws whatever is done with it, also when it is asked what it is. */
const HOSTILE = new Proxy({}, new Proxy({}, { get: trap }));
export const ERROR = new TypeError('as a mistake in a handler throws it');

const THROWN: Record<string, unknown> = {
  'an error': ERROR,
  undefined: undefined,
  'a string': 'a string',
  'an object without a prototype': Object.create(null),
  'a proxy that throws': HOSTILE,
};

/** One way for a handler to go wrong. */
export interface Fault {
  /** @param ends settles once the session was told to terminate, and only where it is told. */
  act: (ends: Promise<void>) => unknown;
  /** What main() rejects with, or names; undefined when that is an error of the library's own. */
  thrown?: { value: unknown };
  /** Is nothing to operations whose result is not looked at. */
  isResult?: true;
  /** Happens when the session has been told to terminate. */
  isLate?: true;
}

export const FAULTS = new Map<string, Fault>();
for (const [what, value] of Object.entries(THROWN)) {
  const thrown = { value };
  const act = () => {
    throw value;
  };
  FAULTS.set(`throws ${what}`, { act, thrown });
  FAULTS.set(`rejects with ${what}`, { act: async () => act(), thrown });
}
// biome-ignore lint/suspicious/noThenProperty: a handler may.
FAULTS.set('returns a thenable that throws', { act: () => ({ then: trap }) });
FAULTS.set('returns a proxy that throws', { act: () => HOSTILE });
FAULTS.set('returns garbage', { act: () => Symbol('garbage'), isResult: true });
FAULTS.set('promises garbage', { act: async () => Symbol('garbage'), isResult: true });
FAULTS.set('rejects after terminate()', {
  act: (ends) => ends.then(() => Promise.reject(ERROR)),
  thrown: { value: ERROR },
  isLate: true,
});

/** Answers that are the same whatever the handler returns. */
const REGARDLESS: reply.Reply[] = [reply.done, reply.nothing, reply.allowed, reply.listing];
export const isHarmless = (row: Row, { isResult }: Fault) =>
  isResult === true && REGARDLESS.includes(row.reply);
