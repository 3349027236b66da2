import { testEnds } from '../helpers/end.js';
import { DOERS, PLACES } from '../helpers/trial.js';

/** What is served when terminate() comes is answered; main() resolves, and the mount stays. */
const gently = { callers: 'answered', main: 'resolves', staysMounted: true } as const;

testEnds('terminate()', PLACES, [
  {
    ...gently,
    title: 'of the main thread lets handlers answer',
    act: ({ host, dir }) => host.call('terminate', dir),
  },
  {
    ...gently,
    title: 'of a foreign thread lets handlers answer',
    act: ({ host, dir }) => host.call('terminateFromAfar', dir),
  },
  {
    ...gently,
    title: 'twice is as good as once',
    act: ({ host, dir }) =>
      Promise.all([
        host.call('terminate', dir),
        host.call('terminateFromAfar', dir),
        host.call('terminate', dir),
      ]),
  },
]);

testEnds('terminate()', DOERS, [
  { ...gently, title: 'in a handler, whose own answer is delivered', deed: 'terminate' },
]);
