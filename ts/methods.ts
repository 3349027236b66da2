/** Methods of a filesystem of which nothing is known, as other threads call them. */
export type RemoteMethods = Record<string, (...args: unknown[]) => Promise<unknown>>;

/** Every name is a method; `then` is none, or promises would take this for one. */
export function methods(call: (name: string, args: unknown[]) => Promise<unknown>): RemoteMethods {
  const none = Object.create(null) as RemoteMethods;
  return new Proxy(none, {
    get: (_target, name) =>
      typeof name === 'string' && name !== 'then'
        ? (...args: unknown[]) => call(name, args)
        : undefined,
  });
}

/** Calls a method of the filesystem, whatever its name. @throws TypeError when there is none. */
export function callMethod(object: object, name: string, args: readonly unknown[]): unknown {
  const method = (object as Record<string, unknown>)[name];
  if (typeof method !== 'function') throw new TypeError(`${name} is no method of the filesystem`);
  return Reflect.apply(method, object, args);
}
