/** Jobs that come one after the other where they are of one kind, and side by side otherwise. */
export class Lanes {
  readonly #last = new Map<string, Promise<unknown>>();

  /** Starts the job at once when its lane is free. */
  run<T>(lane: string, job: () => Promise<T>): Promise<T> {
    const before = this.#last.get(lane);
    const result = before === undefined ? job() : before.then(job);
    const settled = result.then(
      () => {},
      () => {},
    );
    this.#last.set(lane, settled);
    settled.then(() => {
      if (this.#last.get(lane) === settled) this.#last.delete(lane);
    });
    return result;
  }
}
