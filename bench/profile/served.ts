import { readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';
import { printedValue, runClient } from '../run/client.js';
import { type PeerName, type Running, start } from '../servers/registry.js';
import { countParts, type Part } from './parts.js';
import { samplesOf } from './perf.js';
import type { Run, Scenario } from './scenario.js';

const LIMIT_MS = 60_000;
const NS_A_US = 1000;
/** Has V8 tell perf what it has compiled. */
const env = { NODE_OPTIONS: '--perf-basic-prof' };

/** So long the threads of a process were ready to run, but others did, in nanoseconds. */
function delayOf(pid: number): number {
  const threads = readdirSync(`/proc/${pid}/task`);
  const delays = threads.map((thread) => {
    const text = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8');
    return Number(text.split(' ')[1]);
  });
  return delays.reduce((sum, ns) => sum + ns, 0);
}

/** Microseconds for one of what a scenario counts. */
export interface Profile {
  readonly parts: ReadonlyMap<Part, number>;
  /** CPU time. */
  readonly all: number;
  readonly delay: number;
}

/** One who serves while the CPU is sampled. */
export class Served {
  readonly #scenario: Scenario;
  readonly #running: Running;
  readonly #run: Run;
  #ns = 0;
  #delay = 0;
  #count = 0;

  private constructor(scenario: Scenario, running: Running) {
    this.#scenario = scenario;
    this.#running = running;
    const options = { cpus: scenario.placement.client, limitMs: LIMIT_MS };
    this.#run = (name, ...args) => runClient(name, args.map(String), options);
  }

  static async start(peer: PeerName, scenario: Scenario, scratch: string): Promise<Served> {
    const backing = join(scratch, peer);
    const cpus = scenario.placement.server;
    await scenario.backing?.(backing);
    const options = { env, backing, ...(cpus !== undefined && { cpus }) };
    return new Served(scenario, await start(peer, scenario.filesystem, options));
  }

  async warmUp(ms: number): Promise<void> {
    await this.#scenario.prepare?.(this.#running, this.#run);
    await this.go(ms);
    this.#ns = this.#delay = this.#count = 0;
  }

  async go(ms: number): Promise<void> {
    const { pid } = this.#running;
    const end = performance.now() + ms;
    while (performance.now() < end) {
      const before = delayOf(pid);
      const printed = await this.#scenario.client(this.#running, this.#run);
      this.#delay += delayOf(pid) - before;
      this.#ns += printedValue(printed, 'server');
      this.#count += this.#scenario.count(printed);
    }
  }

  /** @param file samples of all that it has done since it was warm. */
  profile(file: string): Profile {
    const samples = [...countParts(samplesOf(this.#running.pid, file))];
    const total = samples.reduce((sum, [, count]) => sum + count, 0);
    const us = (ns: number) => ns / NS_A_US / this.#count;
    const all = us(this.#ns);
    const parts = new Map(samples.map(([part, count]) => [part, (all * count) / total]));
    return { parts, all, delay: us(this.#delay) };
  }

  async stop(): Promise<void> {
    await this.#running.stop();
    rmSync(join(os.tmpdir(), `perf-${this.#running.pid}.map`), { force: true });
  }
}
