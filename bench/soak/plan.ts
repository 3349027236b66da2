import type { SessionConfig } from 'wasmfuse';
import type { End } from './ends/end.js';
import { commandEnds, EARLY, sessionEnds } from './ends/table.js';
import { type FilesystemName, filesystems } from './filesystems.js';
import { type LoadKind, steadyLoads } from './loads/kinds.js';
import { type Placement, placements } from './placements.js';
import { Random } from './random.js';

export interface LoadPlan {
  readonly kind: LoadKind;
  readonly seed: number;
  readonly steps: number;
}

/** All that a cycle does; the same for the same seed, slot and number. */
export interface Plan {
  readonly name: string;
  readonly placement: Placement | 'command line';
  readonly filesystem: FilesystemName;
  readonly end: string;
  readonly directory: string;
  readonly options: readonly string[];
  readonly workers: number;
  readonly minTasks: number;
  readonly maxTasks: number;
  readonly config: SessionConfig;
  readonly loads: readonly LoadPlan[];
  /** Killed while the filesystem is served. */
  readonly victim: LoadPlan | undefined;
  /** How long the loads run before the end comes; null waits for the end of all their steps. */
  readonly loadMs: number | null;
}

const FILESYSTEMS = Object.keys(filesystems) as FilesystemName[];
const DIRECTORIES = ['plain', 'with space', 'with,comma', 'back\\slash', 'umlaut-\u00fc'];
const TASKS: readonly [min: number, max: number][] = [
  [1, 1],
  [0, 1],
  [1, 3],
  [3, 8],
  [1, 99],
];
/** Enough that requests without an answer leave tasks to every worker. */
const MANY_TASKS = [1, 99] as const;
const FEW_STEPS = 25;
const NO_LIMIT = 1e9;

function drawOptions(random: Random, { options: needed = [], without = [] }: Partial<End<never>>) {
  const options = new Set(['default_permissions', 'fsname=soak', ...needed]);
  if (random.once(3)) options.add('auto_unmount');
  if (random.once(3)) options.add('allow_other');
  if (random.once(4)) options.add('writeback_cache');
  if (random.once(4)) options.add(`max_read=${4096 << random.below(5)}`);
  if (random.once(6)) options.add('noatime');
  return [...options].filter((option) => !without.includes(option));
}

function drawLoads(random: Random, filesystem: FilesystemName, end: Partial<End<never>>) {
  const { isWritable } = filesystems[filesystem];
  const raises = end.config?.onUnexpectedError === 'raise';
  const steady = steadyLoads[isWritable ? 'writable' : 'trial'] as readonly LoadKind[];
  const possible = steady.filter((kind) => kind !== 'failing' || !raises);
  const isEndless = random.once(2) || Boolean(end.holds) || Boolean(end.neverAnswered);
  const plan = (kind: LoadKind): LoadPlan => ({
    kind,
    seed: random.below(2 ** 31),
    steps: isEndless ? NO_LIMIT : random.between(1, FEW_STEPS),
  });
  const loads = Array.from({ length: random.between(1, 2) }, () => plan(random.pick(possible)));
  if (end.holds) loads.push(plan(isWritable ? 'holder' : 'patternHolder'));
  const isNever = end.neverAnswered && !isWritable && random.below(3) > 0;
  if (isNever) loads.push(plan('never'));
  const victims: readonly LoadKind[] = isWritable ? possible : [...possible, 'patient', 'patient'];
  const victim = random.once(3) ? { ...plan(random.pick(victims)), steps: NO_LIMIT } : undefined;
  return { loads, victim, loadMs: isEndless ? random.below(800) : null };
}

function draw(random: Random, end: string, ends: typeof sessionEnds, where?: 'command line') {
  const rules: Partial<End<never>> = end === EARLY ? {} : (ends[end] as End<never>);
  const placement = where ?? random.pick(rules.placements ?? placements);
  const possible = (rules.filesystems ?? FILESYSTEMS).filter(
    (name) => placement !== 'workers' || filesystems[name].fitsWorkers,
  );
  const filesystem = random.pick(possible);
  const { loads, victim, loadMs } = drawLoads(random, filesystem, rules);
  const isBlocked = [...loads, victim].some((load) => /patient|never/.test(load?.kind ?? ''));
  const [minTasks, maxTasks] = isBlocked ? MANY_TASKS : random.pick(TASKS);
  const raises = !loads.some(({ kind }) => kind === 'failing') && victim?.kind !== 'failing';
  return {
    placement,
    filesystem,
    end,
    directory: random.pick(DIRECTORIES),
    options: drawOptions(random, rules),
    workers: placement === 'workers' ? random.between(2, 4) : 1,
    minTasks,
    maxTasks,
    config: { ...(raises && { onUnexpectedError: 'raise' as const }), ...rules.config },
    loads,
    victim,
    loadMs,
  };
}

/** Which of the cycles of a run: the slot that it runs in, of how many, and its number there. */
export interface Turn {
  readonly seed: number;
  readonly slot: number;
  readonly slots: number;
  readonly number: number;
}

/** Every end comes once before any comes again. */
function endOf({ seed, slot, slots, number }: Turn, ends: readonly string[]): string {
  const turn = number * slots + slot;
  const deck = new Random(seed, Math.floor(turn / ends.length)).shuffled(ends);
  return deck[turn % ends.length] as string;
}

/** The plan of a cycle of sessions in this process. */
export function planSession(turn: Turn): Plan {
  const { seed, slot, number } = turn;
  const end = endOf(turn, [EARLY, ...Object.keys(sessionEnds)]);
  const drawn = draw(new Random(seed, slot, number), end, sessionEnds);
  return { name: `${slot}/${number}`, ...drawn };
}

/** The plan of a cycle of a process that serves. */
export function planCommand(turn: Turn): Plan {
  const { seed, slot, number } = turn;
  const ends = commandEnds as unknown as typeof sessionEnds;
  const end = endOf(turn, Object.keys(ends));
  const drawn = draw(new Random(seed, ~slot, number), end, ends, 'command line');
  return { name: `command ${slot}/${number}`, ...drawn };
}

/** A plan without any chance: whether a placement works at all. */
export function trialOf(placement: Placement): Plan {
  return {
    name: `first of ${placement}`,
    placement,
    filesystem: 'trial',
    end: 'close()',
    directory: 'plain',
    options: ['default_permissions'],
    workers: placement === 'workers' ? 2 : 1,
    minTasks: 1,
    maxTasks: 8,
    config: {},
    loads: [{ kind: 'readers', seed: 1, steps: FEW_STEPS }],
    victim: undefined,
    loadMs: null,
  };
}
