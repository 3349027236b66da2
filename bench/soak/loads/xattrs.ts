import fs from 'node:fs';
import { Random } from '../random.js';
import { demand, type Steps, type Task } from './task.js';

/** Sets extended attributes and reads them back. */
export async function* xattrs({ dir, seed, index }: Task): Steps {
  // Only here: other loads start faster without.
  const { getxattr, setxattr } = await import('wasmfuse');
  const random = new Random(seed);
  const file = `${dir}/xattrs-${index}`;
  const model = new Map<string, Buffer>();
  fs.writeFileSync(file, '');
  for (;;) {
    const name = `user.name-${random.below(5)}`;
    const value = random.bytes(random.between(1, 500));
    setxattr(file, name, value);
    model.set(name, value);
    for (const [each, expected] of model) {
      demand(getxattr(file, each).equals(expected), `the value of ${each}`);
    }
    yield;
  }
}
