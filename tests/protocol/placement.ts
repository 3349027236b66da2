import type { Operations } from '#dist/operations.js';
import { connected } from '../helpers/connected.js';
import type { Scope } from '../helpers/scope.js';

let isRemote = false;

/** From here on the handlers of this file's tests are reached over a port. */
export function placeRemotely(): void {
  isRemote = true;
}

/** A filesystem where the tests of this file have it: on the spot, or behind a port. */
export async function placed(scope: Scope, fs: Operations): Promise<Operations> {
  return isRemote ? (await connected(scope, fs)).operations : fs;
}
