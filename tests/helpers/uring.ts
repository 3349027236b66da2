import { readFileSync } from 'node:fs';
import { shim } from '#dist/session/shim.js';
import { PARAMETER } from './offer.js';
import { suite } from './suite.js';
import { expectUring } from './wanted.js';

/** Why no mount can be served over io_uring here; undefined when one can. */
export function whyNoUring(): string | undefined {
  const ring = shim.ring(-1, -1, 1);
  if (typeof ring === 'number') return `io_uring_setup fails with errno ${-ring}`;
  ring.end(0);
  try {
    if (readFileSync(PARAMETER, 'utf8').trim() === 'Y') return undefined;
    return `FUSE over io_uring is off, and only root may echo Y > ${PARAMETER}`;
  } catch (error) {
    return `the kernel has no FUSE over io_uring: ${(error as Error).message}`;
  }
}

/** Runs the tests of other files over io_uring. */
export async function sameOverUring(...names: string[]): Promise<void> {
  const reason = whyNoUring();
  if (reason === undefined) {
    expectUring();
    for (const name of names) await import(`../mount/${name}.test.js`);
  } else suite('io_uring').skip(`passes ${names.join(', ')}`, reason);
}
