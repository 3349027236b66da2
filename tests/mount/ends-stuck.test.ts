import { testEnds } from '../helpers/end.js';
import { DOERS, MAIN_THREAD, PLACES } from '../helpers/trial.js';

/** Only close() ends these. */
const stuck = { doer: 'failed', callers: 'answered', staysMounted: true } as const;

testEnds('close()', DOERS, [
  {
    ...stuck,
    title: 'of a handler that never settles waits closeTimeout',
    deed: 'never',
    mainByClose: 'resolves',
    closeWaits: 'for handlers',
  },
  {
    ...stuck,
    title: '(false) does so too, and leaves the mountpoint dead',
    deed: 'never',
    mainByClose: 'resolves',
    closeWaits: 'for handlers',
    leavesMount: true,
  },
]);

const { [MAIN_THREAD]: _, ...workers } = DOERS;

testEnds('close()', workers, [
  {
    ...stuck,
    title: 'of a handler that loops for ever ends its thread',
    deed: 'loopForEver',
    mainByClose: /thread of the handlers ended/,
    closeWaits: 'for a thread',
  },
]);

testEnds('close()', PLACES, [
  {
    title: '(false) while main() serves ends it',
    callers: 'answered',
    act: ({ host, dir }) => void host.call('close', dir, false),
    main: 'resolves',
    staysMounted: true,
    leavesMount: true,
  },
]);
