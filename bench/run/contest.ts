import { type FilesystemName, missing, type PeerName } from '../servers/registry.js';
import type { Bench } from './bench.js';
import { type Load, watchLoad } from './load.js';
import type { MetricName } from './metrics.js';
import { keepBusy, type Placement } from './placement.js';
import type { Cell, Row } from './results.js';
import { Subject } from './subject.js';
import { targets } from './targets.js';

export type Sample<M extends MetricName> = Readonly<Partial<Record<M, number>>>;

/** Who serves what in which placement, and how it is measured. */
export interface Contest<M extends MetricName> {
  readonly metrics: readonly M[];
  readonly filesystem: FilesystemName;
  readonly peers: readonly PeerName[];
  readonly placement: Placement;
  /** The directory that one of them mirrors, or in which it makes its own. */
  backing?(peer: PeerName): Promise<string>;
  /** What is done before the first round and not counted: by default, what is measured. */
  warmUp?(subject: Subject): Promise<unknown>;
  measure(subject: Subject): Promise<Sample<M>>;
}

/** Those whom the targets compare: measured in every round, however slow they are. */
const ALWAYS: readonly PeerName[] = ['ours', 'ours-uring', 'c'];

const reason = (thrown: unknown) =>
  (thrown instanceof Error ? thrown.message : String(thrown)).trim();

/** One who takes part, with its cell in each row. */
class Entrant<M extends MetricName> {
  readonly cells: ReadonlyMap<M, Cell>;
  subject: Subject | undefined;
  private spentMs = 0;

  constructor(
    readonly peer: PeerName,
    private readonly contest: Contest<M>,
    private readonly bench: Bench,
  ) {
    this.cells = new Map(contest.metrics.map((metric) => [metric, { peer, samples: [] }]));
  }

  /** Makes it serve. */
  async enter(): Promise<void> {
    const { contest, bench, peer } = this;
    const why = await missing(peer, contest.filesystem);
    if (why !== undefined) {
      for (const cell of this.cells.values()) cell.missing = why;
      return;
    }
    await this.attempt(async () => {
      const backing = await contest.backing?.(peer);
      const { limitMs: most, othersLimitMs } = bench.effort;
      const limitMs = ALWAYS.includes(peer) ? most : Math.min(most, othersLimitMs);
      const { filesystem, placement } = contest;
      this.subject = await Subject.start(peer, filesystem, placement, limitMs, backing);
    });
  }

  async warmUp(): Promise<void> {
    const { subject, contest, bench } = this;
    if (subject === undefined) return;
    const ms = ALWAYS.includes(this.peer) ? bench.effort.warmUpMs : 0;
    const end = performance.now() + ms;
    await this.attempt(async () => {
      do await (contest.warmUp ?? contest.measure)(subject);
      while (performance.now() < end);
    });
  }

  async round(number: number): Promise<void> {
    const { subject, contest, bench } = this;
    if (subject === undefined) return;
    const isLate = this.spentMs > bench.effort.patienceMs;
    if (number > 0 && isLate && !ALWAYS.includes(this.peer)) return;
    await this.attempt(async () => {
      const begun = performance.now();
      const sample = await contest.measure(subject);
      this.spentMs += performance.now() - begun;
      for (const [metric, cell] of this.cells) {
        const value = sample[metric];
        if (value !== undefined) cell.samples.push(value);
      }
    });
  }

  async leave(): Promise<void> {
    const { subject } = this;
    this.subject = undefined;
    await this.attempt(async () => subject?.stop());
  }

  /** A failure is a result too, and ends nobody else's part. */
  private async attempt(what: () => Promise<unknown>): Promise<void> {
    try {
      await what();
    } catch (thrown) {
      this.fail(reason(thrown));
      if (this.subject !== undefined) await this.leave();
    }
  }

  /** What follows from a failure is not another one. */
  private fail(why: string): void {
    const cells = [...this.cells.values()];
    if (cells.some(({ failed }) => failed !== undefined)) return;
    this.bench.say(`  ${this.peer}: ${why}`);
    for (const cell of cells) cell.failed = why;
  }
}

function isWanted<M extends MetricName>(bench: Bench, { metrics, placement }: Contest<M>): boolean {
  const isTarget = (metric: M) =>
    targets.some((target) => target.metric === metric && target.placement === placement.name);
  return !bench.effort.onlyTargets || metrics.some(isTarget);
}

async function rounds<M extends MetricName>(
  bench: Bench,
  { placement }: Contest<M>,
  entrants: readonly Entrant<M>[],
): Promise<Load> {
  const endBusy = keepBusy(placement.busy);
  try {
    for (const entrant of entrants) await entrant.warmUp();
    const loadSince = watchLoad();
    for (let round = 0; round < bench.effort.rounds; round++) {
      for (const entrant of entrants) await entrant.round(round);
    }
    return loadSince();
  } finally {
    endBusy();
  }
}

/** Measures all in turn, round after round, while all of them are mounted. */
export async function hold<M extends MetricName>(bench: Bench, contest: Contest<M>): Promise<void> {
  if (!isWanted(bench, contest)) return;
  const { metrics, placement } = contest;
  bench.say(`${metrics.join(', ')} (${placement.name})`);
  const add = (cellsOf: (metric: M) => readonly Cell[], more: Partial<Row>) => {
    for (const metric of metrics) {
      bench.rows.push({ metric, placement: placement.name, cells: cellsOf(metric), ...more });
    }
  };
  if (placement.missing !== undefined) return add(() => [], { missing: placement.missing });

  const entrants = contest.peers
    .filter((peer) => bench.wants(peer))
    .map((peer) => new Entrant(peer, contest, bench));
  try {
    await Promise.all(entrants.map((entrant) => entrant.enter()));
    const load = await rounds(bench, contest, entrants);
    add((metric) => entrants.map(({ cells }) => cells.get(metric) as Cell), { load });
  } finally {
    await Promise.all(entrants.map((entrant) => entrant.leave()));
  }
}
