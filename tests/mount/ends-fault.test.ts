import { testEnds } from '../helpers/end.js';
import { DOERS, MAIN_THREAD } from '../helpers/trial.js';

// On the main thread these end the whole process, see ends-process.
const { [MAIN_THREAD]: _, ...workers } = DOERS;

/** Its thread is gone, and with it the mount; what other threads were at work on is answered. */
const fatal = { doer: 'failed', callers: 'answered', staysMounted: false } as const;

testEnds("a fault in the handlers' module", workers, [
  {
    ...fatal,
    title: 'such as an uncaught error in a timer ends main() with it',
    deed: 'throwLater',
    main: /^Error: nobody catches this$/,
  },
  {
    ...fatal,
    title: 'such as process.exit() ends main() with its code',
    deed: 'exit',
    main: /^Error: .*exit code 3$/,
  },
  {
    ...fatal,
    title: 'such as a heap that is full ends main() with that',
    deed: 'exhaustHeap',
    config: { resourceLimits: { maxOldGenerationSizeMb: 24, maxYoungGenerationSizeMb: 8 } },
    main: /^ERR_WORKER_OUT_OF_MEMORY: /,
  },
]);
