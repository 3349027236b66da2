import { type Census, differences, takeCensus } from './census.js';
import { runCycle } from './cycle.js';
import { type Memory, measureMemory } from './memory.js';
import { type Plan, planCommand, planSession, type Turn } from './plan.js';
import { Tally } from './tally.js';

/** Cycles at a time: sessions of this process, and processes that serve. */
const SESSION_SLOTS = 4;
const COMMAND_SLOTS = 1;

/** Part of the time after which everything that is made once and kept has been made. */
const WARM_UP = 0.15;
const ROUNDS = 20;
const ROUND_MS = { least: 3000, most: 30_000 };
/** Where so much fails, more adds nothing. */
const MOST_FAILURES = 20;

/** What was seen with nothing mounted. */
export interface Rest {
  readonly seconds: number;
  readonly memory: Memory;
  readonly census: Census;
}

/** A run of the soak, also while it goes on. */
export class Run {
  readonly tally = new Tally();
  readonly failures: string[] = [];
  /** Since the end of the warm-up. */
  readonly rests: Rest[] = [];
  isStopped = false;
  readonly #start = performance.now();

  constructor(
    readonly seed: number,
    readonly seconds: number,
    readonly base: string,
    readonly say: (line: string) => void,
  ) {}

  get elapsed(): number {
    return (performance.now() - this.#start) / 1000;
  }

  get #isOver(): boolean {
    return this.isStopped || this.elapsed >= this.seconds;
  }

  /** Rounds of cycles, with a rest after each. */
  async go(): Promise<void> {
    const round = (this.seconds * 1000) / ROUNDS;
    const ms = Math.min(Math.max(round, ROUND_MS.least), ROUND_MS.most);
    const slots = [
      ...this.#slots(SESSION_SLOTS, planSession),
      ...this.#slots(COMMAND_SLOTS, planCommand),
    ];
    while (!this.#isOver) {
      const end = performance.now() + ms;
      await Promise.all(slots.map((slot) => slot(end)));
      if (!this.isStopped) await this.#rest();
    }
  }

  /** Each does cycles until the end that it is given, and goes on where it was the next time. */
  #slots(slots: number, plan: (turn: Turn) => Plan): ((end: number) => Promise<void>)[] {
    return Array.from({ length: slots }, (_, slot) => {
      let number = 0;
      return async (end: number) => {
        while (performance.now() < end && !this.#isOver) {
          await this.cycle(plan({ seed: this.seed, slot, slots, number: number++ }));
        }
      };
    });
  }

  async cycle(plan: Plan): Promise<void> {
    try {
      await runCycle(plan, this.base);
      this.tally.add(plan);
    } catch (thrown) {
      // An interrupted run takes the mounts away from its cycles.
      if (this.isStopped) return;
      const reason = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
      this.failures.push(`cycle ${plan.name}: ${reason}\n  ${JSON.stringify(plan)}`);
      this.say(`FAILED ${this.failures.at(-1)}`);
      if (this.failures.length >= MOST_FAILURES) this.isStopped = true;
    }
  }

  async #rest(): Promise<void> {
    const memory = await measureMemory();
    const first = this.rests[0]?.census;
    const census = await takeCensus(this.base, first);
    const seconds = this.elapsed;
    const isWarm = seconds >= WARM_UP * this.seconds;
    if (isWarm) this.rests.push({ seconds, memory, census });
    const mib = (value: number) => `${value.toFixed(1).padStart(6)} MiB`;
    this.say(
      [
        `${seconds.toFixed(0).padStart(5)} s`,
        `${String(this.tally.cycles).padStart(5)} cycles`,
        `RSS${mib(memory.rss)} (${mib(memory.untrimmed).trim()})`,
        `anonymous${mib(memory.anonymous)}`,
        `heap${mib(memory.heap)}`,
        `external${mib(memory.external)}`,
        `${census.thread} threads`,
        isWarm ? '' : 'warming up',
      ].join('  '),
    );
    for (const line of first === undefined ? [] : differences(first, census)) this.say(`  ${line}`);
  }
}
