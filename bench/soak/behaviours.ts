import { setTimeout as sleep } from 'node:timers/promises';
import { FUSEError, type RequestContext } from 'wasmfuse';

const SLOW_MS = 20;
const COMPUTING_MS = 4;

/** What a read of a file of this name does before it is answered. */
export const behaviours: Record<string, (ctx: RequestContext) => Promise<unknown> | undefined> = {
  slow: () => sleep(SLOW_MS),
  computing: () => {
    const end = performance.now() + COMPUTING_MS;
    while (performance.now() < end);
    return undefined;
  },
  /** Waits until its caller is interrupted. */
  patient: ({ signal }) =>
    new Promise((_resolve, reject) => {
      const interrupted = () => reject(new FUSEError('EINTR'));
      if (signal.aborted) interrupted();
      signal.addEventListener('abort', interrupted);
    }),
  never: () => new Promise(() => {}),
  failing: () => {
    throw new Error('failing as asked');
  },
};
