import { chmodSync, chownSync, mkdirSync, rmdirSync } from 'node:fs';
import { fsdecode, fsencode } from 'wasmfuse';
import { mountpointOf } from '../helpers/mount.js';
import type { Scope } from '../helpers/scope.js';
import { NOBODY } from '../helpers/user.js';
import type { ScenarioName } from './scenarios.js';

/** What each place goes through. */
export const LIVES: ScenarioName[] = ['close', 'umount', 'death', 'exit', 'stale'];

export const names: Record<string, string> = {
  'blanks and tabs': ' two  blanks\tand a tab ',
  commas: 'a,b,,c=\\,d',
  newlines: '\nline\n\n',
  backslashes: '\\040\\',
  quotes: `"double" 'single' \`back\``,
  'what shells expand': '$HOME * ~ #;&|',
  'a leading dash': '-o',
  'what is no UTF-8': fsdecode(Buffer.from([0xff, 0x20, 0xc3, 0x0a, 0x80])),
  'other scripts': '\u00e4\u6f22\u{1f4c1}',
};

const NAME_MAX = 255;

/** Makes a mountpoint by this name; owned by an ordinary user. */
export function makePlace(scope: Scope, parent: string, name: string): string {
  const place = `${parent}/${name}`;
  mkdirSync(fsencode(place));
  chmodSync(parent, 0o711);
  if (process.getuid?.() === 0) chownSync(fsencode(place), NOBODY, NOBODY);
  // Before its parent goes, as rmSync can't remove names that are no UTF-8.
  scope.after(() => rmdirSync(fsencode(place)));
  return place;
}

export function makeLongPlace(scope: Scope, length: number): string {
  let place = mountpointOf(scope);
  while (length - place.length > NAME_MAX + 2) {
    place = makePlace(scope, place, 'd'.repeat(NAME_MAX - 1));
  }
  return makePlace(scope, place, 'd'.repeat(length - place.length - 1));
}
