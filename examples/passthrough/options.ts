import { inspect } from 'node:util';

/** What a passthrough can be told; numbers also as text, as a mount option gives them. */
export interface PassthroughOptions {
  /** The directory to mirror. */
  source: string;
  /**
   * Seconds for which the kernel may trust a name. The default of 0 shows at once what others do to
   * the source; when nobody else does, a second or more saves most requests.
   */
  entryTimeout?: number | string;
  /** Seconds for which the kernel may trust attributes. Default 0. */
  attrTimeout?: number | string;
}

export type Settings = Readonly<Record<'entryTimeout' | 'attrTimeout', number>> & {
  readonly source: string;
};

const known: readonly (keyof PassthroughOptions)[] = ['source', 'entryTimeout', 'attrTimeout'];

function seconds(value: unknown, name: string): number {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number === 'number' && number >= 0) return number;
  throw new TypeError(`passthrough: ${name} must be seconds, got ${inspect(value)}`);
}

/** @throws TypeError for an option that is unknown, missing or out of range. */
export function parseOptions(data: PassthroughOptions): Settings {
  if (typeof data !== 'object' || data === null) {
    throw new TypeError(`passthrough: the options must be an object, got ${inspect(data)}`);
  }
  for (const name of Object.keys(data)) {
    if ((known as string[]).includes(name)) continue;
    throw new TypeError(
      `passthrough: unknown option ${inspect(name)}; there are ${known.join(', ')}`,
    );
  }
  const { source, entryTimeout = 0, attrTimeout = 0 } = data;
  if (typeof source !== 'string' || source === '') {
    throw new TypeError(`passthrough: source must be a directory, got ${inspect(source)}`);
  }
  return {
    source,
    entryTimeout: seconds(entryTimeout, 'entryTimeout'),
    attrTimeout: seconds(attrTimeout, 'attrTimeout'),
  };
}
