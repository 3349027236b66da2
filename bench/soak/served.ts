import type { Session } from 'wasmfuse';
import { free } from './freeing.js';
import type { Load } from './load.js';
import { type MountEntry, mountAt } from './mounts.js';
import { type Made, type Order, type Placement, serve } from './placements.js';
import type { Subject } from './subject.js';
import { within } from './time.js';

/** From the end of all requests to that of main(); closeTimeout and unmounting are in it. */
export const END_MS = 8000;

/** A session of this process. */
export class Served implements Subject {
  readonly loads: Load[] = [];
  /** What main() rejects with; undefined when it resolves. */
  running: Promise<unknown>;

  private constructor(
    readonly dir: string,
    readonly mount: MountEntry,
    readonly session: Session,
    readonly workers: number,
    readonly minTasks: number,
    readonly maxTasks: number,
    readonly made: Made,
  ) {
    this.running = this.#main();
  }

  static async start(
    placement: Placement,
    order: Order,
    minTasks: number,
    maxTasks: number,
  ): Promise<Served> {
    const { made, session } = await serve(placement, order);
    const { dir, workers } = order;
    const mount = mountAt(dir);
    if (mount === undefined) throw new Error('init() has not mounted');
    return new Served(dir, mount, session, workers, minTasks, maxTasks, made);
  }

  #main(): Promise<unknown> {
    return this.session.main(this.minTasks, this.maxTasks).then(
      () => undefined,
      (thrown) => thrown ?? new Error('main() rejected with nothing'),
    );
  }

  /** Serves again after terminate(). */
  async resume(): Promise<void> {
    const thrown = await this.mainEnds();
    if (thrown !== undefined) throw thrown;
    this.running = this.#main();
  }

  /** Waits for main(); what it rejects with. */
  mainEnds(): Promise<unknown> {
    return within(END_MS, this.running, 'the end of main()');
  }

  async finish(fails: RegExp | undefined): Promise<void> {
    await within(END_MS, this.session.close(), 'close()');
    await within(END_MS, this.session.closed, 'closed');
    const thrown = await this.mainEnds();
    await this.made.release?.();
    if (fails === undefined && thrown !== undefined) throw thrown;
    if (fails !== undefined && !fails.test(String(thrown))) {
      throw new Error(`main() ended with ${thrown}, not with ${fails}`);
    }
    if (this.session.loopToken !== null) throw new Error('loopToken outlives main()');
  }

  async rescue(): Promise<void> {
    await free(this.mount);
    await within(END_MS, this.session.close(), 'close() of an aborted mount').catch(() => {});
    await this.made.release?.();
  }
}
