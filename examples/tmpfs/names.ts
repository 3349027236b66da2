import { FUSEError, fsencode, NAME_MAX } from 'wasmfuse';

/** @throws ENAMETOOLONG */
export function checkName(name: string): void {
  // One UTF-16 unit stands for three bytes at most.
  if (name.length * 3 > NAME_MAX && fsencode(name).length > NAME_MAX) {
    throw new FUSEError('ENAMETOOLONG');
  }
}
