import type { Printed } from '../run/client.js';
import type { Placement } from '../run/placement.js';
import type { FilesystemName, PeerName, Running } from '../servers/registry.js';

/** Runs a client of bench/clients to its end, where the placement has it. */
export type Run = (name: string, ...args: readonly (string | number)[]) => Promise<Printed>;

/** What the servers do while they are sampled. */
export interface Scenario {
  readonly filesystem: FilesystemName;
  readonly placement: Placement;
  /** Who takes part; left out, ours and C's. */
  readonly peers?: readonly PeerName[];
  /** What the time is counted for. */
  readonly each: string;
  /** Makes what is mirrored. */
  backing?(directory: string): Promise<void>;
  /** Before the first run. */
  prepare?(running: Running, run: Run): Promise<unknown>;
  /** One run of a client, which prints the CPU time of the server. */
  client(running: Running, run: Run): Promise<Printed>;
  /** How many there were of `each`. */
  count(printed: Printed): number;
}
