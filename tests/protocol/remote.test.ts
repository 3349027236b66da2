/** The tests of requests and answers, once more with handlers on the other side of a port. */
import { placeRemotely } from './placement.js';

placeRemotely();
for (const name of [
  'operations',
  'readdir',
  'interrupt',
  'buffers',
  'setxattr',
  'init',
  'copyrange',
]) {
  await import(`./${name}.test.js`);
}
