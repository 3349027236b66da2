/** How much is done to measure. */
export interface Effort {
  readonly name: 'full' | 'quick';
  readonly rounds: number;
  /** Part of the full time that is given to a measurement that may be cut short. */
  readonly part: number;
  /** After so long one who serves is not measured again in the same contest, but the others are. */
  readonly patienceMs: number;
  /** So long at least each of those whom targets compare does what will be measured before. */
  readonly warmUpMs: number;
  /** Rows without a target are left out. */
  readonly onlyTargets: boolean;
  /** No single measurement may take longer. */
  readonly limitMs: number;
  /** No single measurement of those whom no target is about. */
  readonly othersLimitMs: number;
}

export const full: Effort = {
  name: 'full',
  rounds: 5,
  part: 1,
  patienceMs: 12_000,
  warmUpMs: 2000,
  onlyTargets: false,
  limitMs: 60_000,
  othersLimitMs: 60_000,
};

export const quick: Effort = {
  name: 'quick',
  rounds: 3,
  part: 0.1,
  patienceMs: 400,
  warmUpMs: 0,
  onlyTargets: true,
  limitMs: 60_000,
  othersLimitMs: 3000,
};
