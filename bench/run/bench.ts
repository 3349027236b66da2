import type { PeerName } from '../servers/registry.js';
import type { Effort } from './effort.js';
import type { MetricName } from './metrics.js';
import type { PlacementName } from './placement.js';
import type { Row } from './results.js';

/** One run of the benchmark: what it is told, and what it has found so far. */
export class Bench {
  constructor(
    readonly effort: Effort,
    /** Who may take part; everybody when empty. */
    private readonly peers: readonly PeerName[] = [],
    readonly say: (line: string) => void = () => {},
    readonly rows: Row[] = [],
    /** What readers of the results have to know. */
    readonly notes: string[] = [],
  ) {}

  /** The same run, with another effort for a while. */
  but(effort: Partial<Effort>): Bench {
    const { peers, say, rows, notes } = this;
    return new Bench({ ...this.effort, ...effort }, peers, say, rows, notes);
  }

  wants(peer: PeerName): boolean {
    return this.peers.length === 0 || this.peers.includes(peer);
  }
}

/** One thing to do that gives some of the metrics. */
export interface Work {
  readonly name: string;
  readonly metrics: readonly MetricName[];
  /** Where server and client run: all metrics are measured in each. */
  readonly placements: readonly PlacementName[];
  run(bench: Bench): Promise<void>;
}
