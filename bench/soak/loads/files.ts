import fs from 'node:fs';
import { contentAt } from '../content.js';
import { Random } from '../random.js';
import { demand, type Steps, type Task } from './task.js';
import { writeWhole } from './whole.js';

const MOST_FILES = 12;
const MOST_BYTES = 200_000;

/** A file as it should be: bytes of `content` from its beginning. */
interface Model {
  content: number;
  length: number;
}

/** Makes, rewrites, reads, renames, truncates and removes files, and lists them. */
export function* files({ dir, seed, index }: Task): Steps {
  const random = new Random(seed);
  const home = `${dir}/files-${index}`;
  const model = new Map<string, Model>();
  let made = 0;
  fs.mkdirSync(home);

  const write = (name: string) => {
    const is: Model = { content: random.below(1000), length: random.below(MOST_BYTES) };
    const fd = fs.openSync(`${home}/${name}`, 'w');
    try {
      for (let at = 0; at < is.length; ) {
        const bytes = contentAt(
          is.content,
          at,
          Math.min(random.between(1, 70_000), is.length - at),
        );
        writeWhole(fd, at, bytes);
        at += bytes.length;
      }
      if (random.once(4)) fs.fsyncSync(fd);
    } finally {
      fs.closeSync(fd);
    }
    model.set(name, is);
  };
  const verify = (name: string, { content, length }: Model) => {
    const bytes = fs.readFileSync(`${home}/${name}`);
    demand(bytes.equals(contentAt(content, 0, length)), `${name}: ${bytes.length} of ${length}`);
  };
  const actions: ((name: string, is: Model) => void)[] = [
    (name) => write(name),
    verify,
    verify,
    (name, is) => {
      const to = random.once(2) ? `renamed-${made++}` : random.pick([...model.keys()]);
      fs.renameSync(`${home}/${name}`, `${home}/${to}`);
      model.delete(name);
      model.set(to, is);
    },
    (name, is) => {
      is.length = random.below(is.length + 1);
      fs.truncateSync(`${home}/${name}`, is.length);
    },
    (name) => {
      fs.unlinkSync(`${home}/${name}`);
      model.delete(name);
    },
    () => {
      const names = fs.readdirSync(home).sort();
      const expected = [...model.keys()].sort();
      demand(names.join() === expected.join(), `listed ${names}, not ${expected}`);
    },
  ];
  for (;;) {
    if (model.size < 2 || (model.size < MOST_FILES && random.once(3))) write(`made-${made++}`);
    else random.pick(actions)(...random.pick([...model]));
    yield;
  }
}
