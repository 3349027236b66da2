/** Everything that is measured, in the order in which it is shown. */
export interface Metric {
  /** The work that measures it, by its name on the command line. */
  readonly work: string;
  readonly what: string;
  readonly unit: string;
  readonly better: 'less' | 'more';
}

const stat = { work: 'stat', unit: 'us', better: 'less' } as const;
const pipe = { work: 'pipe', unit: 'us', better: 'less' } as const;
const sequential = { work: 'sequential', unit: 'MiB/s', better: 'more' } as const;
const passthrough = { work: 'passthrough', unit: 'MiB/s', better: 'more' } as const;
const random = { work: 'random', unit: 'IOPS', better: 'more' } as const;
const listing = { work: 'listing', unit: 'ms', better: 'less' } as const;
const programs = { work: 'programs', unit: 'ms', better: 'less' } as const;
const start = { work: 'start', unit: 'ms', better: 'less' } as const;

export const metrics = {
  stat: { ...stat, what: 'stat, timeouts 0 (LOOKUP + GETATTR)' },
  'stat-cpu': { ...stat, what: 'CPU time of the server a request, in stat' },
  pipe: { ...pipe, what: 'no FUSE, for comparison: two round trips through pipes' },
  'pipe-polled': { ...pipe, what: 'the same to one who never sleeps' },
  'read-direct': { ...sequential, what: 'sequential read, 1 MiB, null data, direct' },
  'write-direct': { ...sequential, what: 'sequential write, 1 MiB, null data, direct' },
  'read-cached': { ...sequential, what: 'sequential read, 1 MiB, null data, cached' },
  'write-cached': { ...sequential, what: 'sequential write, 1 MiB, null data, cached' },
  'read-passthrough': { ...passthrough, what: 'sequential read, 1 MiB, passthrough' },
  'write-passthrough': { ...passthrough, what: 'sequential write, 1 MiB, passthrough' },
  'random-read': { ...random, what: '4 KiB random read, direct, depth 16 (fio)' },
  'random-write': { ...random, what: '4 KiB random write, direct, depth 16 (fio)' },
  'ls-lR': { ...listing, what: 'ls -lR of 100,000 entries' },
  readdir: { ...listing, what: 'readdir alone, the same entries' },
  files: {
    work: 'files',
    what: 'create, write 4 KiB, unlink in memory, a file of 10,000',
    unit: 'us',
    better: 'less',
  },
  'git-status': { ...programs, what: 'git status of 2,000 files, passthrough' },
  tar: { ...programs, what: 'tar x of 1,000 files, passthrough' },
  gcc: { ...programs, what: 'gcc build of 10 files, passthrough' },
  delay: {
    work: 'delay',
    what: '64 clients, a handler that awaits 5 ms, maxTasks 99: of the ideal rate',
    unit: '%',
    better: 'more',
  },
  comlink: {
    work: 'comlink',
    what: 'stat, handlers on another thread through Comlink',
    unit: 'us',
    better: 'less',
  },
  'start-cold': { ...start, what: 'process start to first answer, cold' },
  'start-coldest': { ...start, what: 'the same, the Node program itself cold too' },
  'start-warm': { ...start, what: 'the same, warm' },
  'rss-idle': {
    work: 'memory',
    what: 'memory (RSS) of an idle server of files in memory',
    unit: 'MiB',
    better: 'less',
  },
  'rss-growth': {
    work: 'memory',
    what: 'its growth (RSS), last nine tenths of all requests',
    unit: '%',
    better: 'less',
  },
} as const satisfies Readonly<Record<string, Metric>>;

export type MetricName = keyof typeof metrics;
export const metricNames = Object.keys(metrics) as MetricName[];
