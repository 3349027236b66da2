import os from 'node:os';
import { inspect } from 'node:util';
import { getHeapStatistics } from 'node:v8';
import { PAGE_SIZE } from './memory.js';

/** What a tmpfs can be told, each also as the text of a mount option. */
export interface TmpfsOptions {
  /** Most bytes of files and xattrs, as `67108864` or `'64m'`; default half of the memory. */
  size?: number | string;
  /** Most inodes, as `10000` or `'10k'`; default what half of the JavaScript heap can hold. */
  inodes?: number | string;
  /** Permissions of the root directory; text is octal, as in `'755'`. Default 1777. */
  mode?: number | string;
  /** Owner of the root directory; default the user who mounts. */
  uid?: number | string;
  gid?: number | string;
}

export type Settings = Record<keyof TmpfsOptions, number>;

interface Option {
  fallback(): number;
  base: 8 | 10;
  min: number;
  max: number;
}

/** Heap bytes that a small file takes with its name: measured 925, rounded up. */
const HEAP_PER_INODE = 1024;
const UNITS = 'kmgt';
const MAX_ID = 2 ** 32 - 2;

function memory(): number {
  const constrained = process.constrainedMemory() || Number.POSITIVE_INFINITY;
  return Math.min(os.totalmem(), constrained);
}

const options: Record<keyof TmpfsOptions, Option> = {
  size: {
    fallback: () => Math.floor(memory() / 2),
    base: 10,
    min: PAGE_SIZE,
    max: Number.MAX_SAFE_INTEGER,
  },
  inodes: {
    fallback: () => Math.floor(getHeapStatistics().heap_size_limit / 2 / HEAP_PER_INODE),
    base: 10,
    min: 1,
    max: Number.MAX_SAFE_INTEGER,
  },
  mode: { fallback: () => 0o1777, base: 8, min: 0, max: 0o7777 },
  uid: { fallback: () => process.getuid?.() ?? 0, base: 10, min: 0, max: MAX_ID },
  gid: { fallback: () => process.getgid?.() ?? 0, base: 10, min: 0, max: MAX_ID },
};

function parseText(text: string, base: 8 | 10): number {
  const [, digits, unit] = /^(\d+)([kmgt]?)$/i.exec(text) ?? [];
  if (digits === undefined || (base === 8 && !/^[0-7]+$/.test(text))) return Number.NaN;
  const exponent = unit ? UNITS.indexOf(unit.toLowerCase()) + 1 : 0;
  return Number.parseInt(digits, base) * 1024 ** exponent;
}

function parse(name: string, value: unknown, { base, min, max }: Option): number {
  const number = typeof value === 'string' ? parseText(value, base) : value;
  if (typeof number === 'number' && Number.isInteger(number) && number >= min && number <= max) {
    return number;
  }
  const range = `${min.toString(base)} to ${max.toString(base)}`;
  const kind = base === 8 ? 'octal digits' : 'a whole number';
  throw new TypeError(`tmpfs: ${name} must be ${kind} from ${range}, got ${inspect(value)}`);
}

/** @throws TypeError for an option that is unknown or out of range. */
export function parseOptions(data: TmpfsOptions): Settings {
  if (typeof data !== 'object' || data === null) {
    throw new TypeError(`tmpfs: the options must be an object, got ${inspect(data)}`);
  }
  for (const name of Object.keys(data)) {
    if (Object.hasOwn(options, name)) continue;
    const known = Object.keys(options).join(', ');
    throw new TypeError(`tmpfs: unknown option ${inspect(name)}; there are ${known}`);
  }
  const settings = Object.entries(options).map(([name, option]) => {
    const value = data[name as keyof TmpfsOptions];
    return [name, value === undefined ? option.fallback() : parse(name, value, option)];
  });
  return Object.fromEntries(settings) as Settings;
}
