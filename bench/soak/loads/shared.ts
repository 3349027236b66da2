import fs from 'node:fs';
import { SHARED_FILES, SHARED_SIZE } from '../dimensions.js';
import { Random } from '../random.js';
import { demand, type Steps, type Task } from './task.js';
import { writeWhole } from './whole.js';

/** Writes pieces of a file that all workers share, and reads them back, whoever answers. */
export function* shared({ dir, seed, index }: Task): Steps {
  const random = new Random(seed);
  const file = `${dir}/shared-${index % SHARED_FILES}`;
  const model = fs.readFileSync(file);
  for (;;) {
    const fd = fs.openSync(file, 'r+');
    try {
      const bytes = random.bytes(random.between(1, 9000));
      const offset = random.below(SHARED_SIZE - bytes.length);
      writeWhole(fd, offset, bytes);
      bytes.copy(model, offset);
    } finally {
      fs.closeSync(fd);
    }
    demand(fs.readFileSync(file).equals(model), `${file} after a write`);
    yield;
  }
}
