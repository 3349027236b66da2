import type { Work } from '../bench.js';
import { comlink } from './comlink.js';
import { delay } from './delay.js';
import { files } from './files.js';
import { listing } from './listing.js';
import { memory } from './memory.js';
import { passthrough } from './passthrough.js';
import { pipe } from './pipe.js';
import { programs } from './programs.js';
import { random } from './random.js';
import { sequential } from './sequential.js';
import { startUp } from './start.js';
import { stat } from './stat.js';

/** All that can be measured, in the order in which it is. */
export const works: readonly Work[] = [
  stat,
  pipe,
  sequential,
  passthrough,
  random,
  listing,
  files,
  programs,
  delay,
  comlink,
  startUp,
  memory,
];
