/** A name in a directory. `cookie` is its place in listings, the startId that goes on after it. */
export interface Entry<T> {
  name: string;
  /** Undefined once the entry is removed. */
  value: T | undefined;
  readonly cookie: number;
}

/** Fewer removed entries than this are not worth a rebuild of the list. */
const FEW = 32;

/**
 * The names of one directory, found by name and listed in the order of their cookies.
 *
 * A cookie is given once and in ascending order, and a name keeps it through rename and
 * replacement: a listing that goes on after any cookie, whatever has come or gone since, neither
 * repeats nor skips a name that was there all the time.
 */
export class Entries<T> {
  /**
   * No Map: that is built anew again and again where as many names go as come, which takes several
   * times as long, and its old tables keep each other and the entries from a quick collection.
   */
  readonly #byName: Record<string, Entry<T>> = Object.create(null);
  #size = 0;
  /** Ascending by cookie. Removed entries stay until they are the majority. */
  #inOrder: Entry<T>[] = [];
  #lastCookie: number;

  /** @param reserved cookies up to this one are the caller's. */
  constructor(reserved: number) {
    this.#lastCookie = reserved;
  }

  get size(): number {
    return this.#size;
  }

  get lastCookie(): number {
    return this.#lastCookie;
  }

  get(name: string): T | undefined {
    return this.#byName[name]?.value;
  }

  /** Adds a name at the end, or gives it a new value where it is. */
  set(name: string, value: T): void {
    const present = this.#byName[name];
    if (present !== undefined) {
      present.value = value;
      return;
    }
    const entry = { name, value, cookie: ++this.#lastCookie };
    this.#byName[name] = entry;
    this.#size++;
    this.#inOrder.push(entry);
  }

  delete(name: string): void {
    const entry = this.#byName[name];
    if (entry === undefined) return;
    delete this.#byName[name];
    this.#size--;
    entry.value = undefined;
    const removed = this.#inOrder.length - this.#size;
    if (removed > FEW && removed > this.#size) {
      this.#inOrder = this.#inOrder.filter(({ value }) => value !== undefined);
    }
  }

  /** Renames in place; the new name must be free. */
  rename(name: string, newName: string): void {
    const entry = this.#byName[name];
    if (entry === undefined) return;
    delete this.#byName[name];
    entry.name = newName;
    this.#byName[newName] = entry;
  }

  /** The entries after a cookie, which may belong to a name that is gone. */
  *after(cookie: number): Generator<Entry<T> & { value: T }> {
    const entries = this.#inOrder;
    let low = 0;
    let high = entries.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((entries[middle] as Entry<T>).cookie <= cookie) low = middle + 1;
      else high = middle;
    }
    for (let i = low; i < entries.length; i++) {
      const entry = entries[i] as Entry<T>;
      if (entry.value !== undefined) yield entry as Entry<T> & { value: T };
    }
  }
}
