import fs from 'node:fs';
import { contentAt } from '../content.js';
import { SIZE } from '../dimensions.js';
import { Random } from '../random.js';
import { demand, type Steps, type Task } from './task.js';
import { readWhole } from './whole.js';

const LENGTH = 1000;

/** Reads files whose handlers take their time, compute, or fail. */
export function* oddities({ dir, seed }: Task): Steps {
  const random = new Random(seed);
  for (;;) {
    const offset = random.below(SIZE - LENGTH);
    const name = random.pick(['slow', 'computing']);
    const fd = fs.openSync(`${dir}/${name}`, 'r');
    try {
      const isRight = readWhole(fd, offset, LENGTH).equals(contentAt(0, offset, LENGTH));
      demand(isRight, `${name} at ${offset}`);
    } finally {
      fs.closeSync(fd);
    }
    yield;
  }
}

/** Reads what fails with an error that no filesystem means to throw, and is EIO for its caller. */
export function* failing({ dir }: Task): Steps {
  const fd = fs.openSync(`${dir}/failing`, 'r');
  for (;;) {
    let code: string | undefined;
    try {
      fs.readSync(fd, Buffer.alloc(1));
    } catch (thrown) {
      code = (thrown as NodeJS.ErrnoException).code;
      if (code !== 'EIO') throw thrown;
    }
    demand(code === 'EIO', 'the failing file was read');
    yield;
  }
}

/** Reads what is answered only when its caller is interrupted, or never. */
const blocked = (name: string) =>
  function* ({ dir }: Task): Steps {
    const fd = fs.openSync(`${dir}/${name}`, 'r');
    yield;
    fs.readSync(fd, Buffer.alloc(1));
    demand(false, `${name} was answered`);
  };

export const patient = blocked('patient');
export const never = blocked('never');
