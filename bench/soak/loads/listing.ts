import fs from 'node:fs';
import { demand, type Steps, type Task } from './task.js';

const COUNT = 300;

/** Lists a directory that takes several requests, while another name in it comes and goes. */
export function* listing({ dir, index }: Task): Steps {
  const home = `${dir}/listing-${index}`;
  fs.mkdirSync(home);
  for (let i = 0; i < COUNT; i++) {
    fs.closeSync(fs.openSync(`${home}/name-${i}`, 'wx'));
    if (i % 20 === 0) yield;
  }
  for (;;) {
    const passing = `${home}/passing`;
    fs.writeFileSync(passing, '');
    demand(fs.readdirSync(home).length === COUNT + 1, 'with the passing file');
    yield;
    fs.unlinkSync(passing);
    const names = new Set(fs.readdirSync(home));
    demand(names.size === COUNT && !names.has('passing'), `${names.size} names of ${COUNT}`);
    yield;
  }
}
