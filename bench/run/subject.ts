import { type FilesystemName, type PeerName, type Running, start } from '../servers/registry.js';
import { free } from '../soak/freeing.js';
import { mountAt } from '../soak/mounts.js';
import { within } from '../soak/time.js';
import { type Printed, runClient } from './client.js';
import type { Placement } from './placement.js';

const START_MS = 40_000;
const STOP_MS = 30_000;

/** One who serves, while it is measured. */
export class Subject {
  private constructor(
    readonly peer: PeerName,
    readonly placement: Placement,
    readonly backing: string | undefined,
    readonly limitMs: number,
    private readonly running: Running,
  ) {}

  /** @throws Error when it can't serve. */
  static async start(
    peer: PeerName,
    filesystem: FilesystemName,
    placement: Placement,
    limitMs: number,
    backing?: string,
  ): Promise<Subject> {
    const options = {
      ...(placement.server !== undefined && { cpus: placement.server }),
      ...(backing !== undefined && { backing }),
    };
    const running = start(peer, filesystem, options);
    const started = await within(START_MS, running, `the start of ${peer}`);
    return new Subject(peer, placement, backing, limitMs, started);
  }

  get directory(): string {
    return this.running.mountpoint;
  }

  get pid(): number {
    return this.running.pid;
  }

  /** Runs a client where the placement has it. */
  client(name: string, ...args: readonly (string | number)[]): Promise<Printed> {
    const { placement, limitMs } = this;
    const options = { cpus: placement.client, limitMs, free: () => this.free() };
    return runClient(name, args.map(String), options);
  }

  /** Lets go whoever waits for the mount. */
  async free(): Promise<void> {
    const mount = mountAt(this.directory);
    if (mount !== undefined) await free(mount);
  }

  async stop(): Promise<void> {
    try {
      await within(STOP_MS, this.running.stop(), `the end of ${this.peer}`);
    } catch (thrown) {
      await this.free();
      throw thrown;
    }
  }
}
