import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Operations } from './operations.js';
import type { Remote } from './rpc.js';
import { describeThrown } from './session/log.js';
import { handlerNames, sessionOps } from './session/optable.js';

/** A filesystem: a module's URL or path, an object with handlers, or a Comlink remote of one. */
export type Filesystem = string | URL | Operations | Partial<Operations> | Remote<object>;

/**
 * The URL of a handlers' module; paths are relative to the working directory. @throws Error when it
 * does not exist.
 */
export function moduleUrl(module: string | URL): string {
  const isUrl = module instanceof URL || /^(file|data|node):/.test(module);
  const url = isUrl ? new URL(module) : pathToFileURL(path.resolve(module as string));
  if (url.protocol === 'file:' && !fs.existsSync(url)) {
    throw new Error(`handlers' module does not exist: ${fileURLToPath(url)}`);
  }
  return url.href;
}

/** Everything of Operations that a filesystem may bring. */
export const switches = ['supportsDotLookup', 'enableWritebackCache', 'enableAcl'] as const;
export const handlers: readonly string[] = [...sessionOps, ...handlerNames];

/**
 * The filesystem that an object is: itself when it extends Operations, else an Operations with the
 * handlers it has.
 *
 * @throws TypeError when it has no handler at all.
 */
export function operationsOf(object: unknown, what: string): Operations {
  if (object instanceof Operations) return object;
  if (typeof object !== 'object' || object === null) {
    const kind = typeof object === 'function' ? 'a class or function' : String(object);
    throw new TypeError(`${what} is no Operations object, but ${kind}`);
  }
  const given = object as Record<string, unknown>;
  const own = handlers.filter((name) => typeof given[name] === 'function');
  if (own.length === 0) throw new TypeError(`${what} has none of the handlers of Operations`);
  const operations = new Operations();
  const target = operations as unknown as Record<string, unknown>;
  for (const name of own) target[name] = (given[name] as CallableFunction).bind(object);
  for (const name of switches) target[name] = given[name] ?? target[name];
  return operations;
}

async function importModule(url: string): Promise<{ default?: unknown }> {
  try {
    return (await import(url)) as { default?: unknown };
  } catch (thrown) {
    const what = `can't load ${url}`;
    if (!(thrown instanceof Error)) throw new Error(`${what}: ${describeThrown(thrown)}`);
    // The same error, of the same class, with its stack.
    thrown.message = `${what}: ${thrown.message}`;
    throw thrown;
  }
}

/** A filesystem as the session uses it, and the object that its author made. */
export interface Loaded {
  readonly fs: Operations;
  readonly object: object;
}

/**
 * Makes the filesystem of a module: its default export is an Operations class, a factory, or an
 * instance.
 */
export async function loadFilesystem(url: string, data: unknown): Promise<Loaded> {
  const { default: exported } = await importModule(url);
  const what = `default export of ${url}`;
  if (exported === undefined) throw new TypeError(`${url} has no default export`);
  const loaded = (made: unknown) => ({ fs: operationsOf(made, what), object: made as object });
  if (typeof exported !== 'function') return loaded(exported);
  const isClass =
    exported.prototype instanceof Operations ||
    /^class\b/.test(Function.prototype.toString.call(exported));
  const made: unknown = isClass
    ? new (exported as new (data: unknown) => unknown)(data)
    : await (exported as (data: unknown) => unknown)(data);
  return loaded(made);
}
