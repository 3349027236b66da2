import fs from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Session } from 'wasmfuse';
import { Command } from './command.js';
import type { End } from './ends/end.js';
import { commandEnds, EARLY, sessionEnds } from './ends/table.js';
import { filesystems } from './filesystems.js';
import { free } from './freeing.js';
import { Load } from './load.js';
import { deviceOf, mountAt } from './mounts.js';
import { make, type Order, type Placement } from './placements.js';
import type { LoadPlan, Plan } from './plan.js';
import { END_MS, Served } from './served.js';
import type { Subject } from './subject.js';
import { becomes, within } from './time.js';

/** A cycle has bounds for each of its waits; this is for those that were forgotten. */
const CYCLE_MS = 60_000;
const GONE_MS = 2000;
const MOST_VICTIM_MS = 200;
const MOST_MOUNTING_MS = 150;

/** One mount from its beginning to its end. */
class Cycle {
  readonly #home: string;
  readonly #dir: string;
  readonly #source: string;
  #subject: Subject | undefined;

  constructor(
    readonly plan: Plan,
    base: string,
  ) {
    this.#home = fs.mkdtempSync(`${base}/cycle-`);
    this.#dir = `${this.#home}/${plan.directory}`;
    this.#source = `${this.#home}/source`;
    fs.mkdirSync(this.#dir);
    fs.mkdirSync(this.#source);
  }

  get #order(): Order {
    const { filesystem, options, workers, config } = this.plan;
    const { url, data } = filesystems[filesystem];
    return { url, data: data(this.#source), dir: this.#dir, options, workers, config };
  }

  async run(): Promise<void> {
    const { placement, end } = this.plan;
    if (placement === 'command line') {
      const command = await Command.start(this.#dir, this.#commandLine());
      await this.#with(command, commandEnds[end] as End<Command>);
    } else if (end === EARLY) {
      await this.#early(placement);
    } else {
      const { minTasks, maxTasks } = this.plan;
      const served = await Served.start(placement, this.#order, minTasks, maxTasks);
      await this.#with(served, sessionEnds[end] as End<Served>);
    }
  }

  #commandLine(): string[] {
    const { filesystem, options, minTasks, maxTasks } = this.plan;
    const name = filesystem === 'trial' ? filesystems.trial.url.pathname : filesystem;
    const source = filesystem === 'passthrough' ? [this.#source] : [];
    const tasks = ['--min-tasks', `${minTasks}`, '--max-tasks', `${maxTasks}`];
    return [name, '-o', options.join(), ...tasks, ...source, this.#dir];
  }

  async #early(placement: Placement): Promise<void> {
    const order = this.#order;
    const made = await make(placement, order);
    const session = new Session(made.filesystem, order.dir, order.options, made.config);
    const starting = session.init().then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    await sleep((this.plan.loads[0]?.seed ?? 0) % MOST_MOUNTING_MS);
    await within(END_MS, session.close(), 'close() while mounting');
    const thrown = await within(END_MS, starting, 'init() of a closed session');
    await made.release?.();
    if (thrown !== undefined && !/close\(\)/.test(String(thrown))) throw thrown;
    await this.#isGone();
  }

  /** Lets callers use what is mounted, ends it, and looks at what that leaves. */
  async #with<S extends Subject>(subject: S, end: End<S>): Promise<void> {
    this.#subject = subject;
    const { loads, victim, loadMs } = this.plan;
    for (const [index, load] of loads.entries()) this.#start(subject, load, index);
    await Promise.all(subject.loads.map((load) => load.begun()));
    if (victim !== undefined) await this.#kill(subject, victim, loads.length);
    if (loadMs === null) await Promise.all(subject.loads.map((load) => load.succeeded()));
    else await sleep(loadMs);
    await end.before?.(subject);
    const endAt = process.hrtime.bigint();
    await end.run(subject);
    await subject.finish(end.fails);
    await this.#isGone();
    for (const load of subject.loads) load.release();
    await Promise.all(subject.loads.map((load) => load.ended()));
    for (const load of subject.loads) {
      const complaint = load.complaint(endAt);
      if (complaint !== undefined) throw new Error(`the load ${load.kind} ${complaint}`);
    }
  }

  #start(subject: Subject, { kind, seed, steps }: LoadPlan, index: number): Load {
    const { dir, mount } = subject;
    const load = new Load(kind, { dir, device: deviceOf(mount), seed, index, steps });
    subject.loads.push(load);
    return load;
  }

  /** A caller that dies in the middle of a request must be gone while the filesystem goes on. */
  async #kill(subject: Subject, victim: LoadPlan, index: number): Promise<void> {
    const load = this.#start(subject, victim, index);
    await load.begun();
    await sleep(victim.seed % MOST_VICTIM_MS);
    load.kill();
    await load.ended();
  }

  async #isGone(): Promise<void> {
    if (await becomes(GONE_MS, () => mountAt(this.#dir) === undefined)) return;
    throw new Error('the mount is there still');
  }

  /** After a failure: so that the soak can go on. */
  async rescue(): Promise<void> {
    for (const load of this.#subject?.loads ?? []) load.kill();
    await this.#subject?.rescue();
    const mount = mountAt(this.#dir);
    if (mount !== undefined) await free(mount);
  }

  /** Only what nothing is mounted in any more can be removed. */
  remove(): void {
    if (mountAt(this.#dir) === undefined) fs.rmSync(this.#home, { recursive: true, force: true });
  }
}

/** Runs a cycle; whatever becomes of it, nothing of it is left. @throws Error what went wrong. */
export async function runCycle(plan: Plan, base: string): Promise<void> {
  const cycle = new Cycle(plan, base);
  try {
    await within(CYCLE_MS, cycle.run(), 'the cycle');
  } catch (thrown) {
    await cycle.rescue();
    throw thrown;
  } finally {
    cycle.remove();
  }
}
