import { Operations } from 'wasmfuse';
import { SHARED_FILES, SHARED_SIZE } from './dimensions.js';
import type { TrialData } from './trial.js';

export type FilesystemName = 'tmpfs' | 'passthrough' | 'trial';

interface Filesystem {
  readonly url: URL;
  /** State that its handlers share lives outside of their thread. */
  readonly fitsWorkers: boolean;
  /** Files can be made in it. */
  readonly isWritable: boolean;
  /** @param source an empty directory that it may keep things in. */
  data(source: string): unknown;
}

const example = (name: string) => new URL(`../../../dist/examples/${name}.js`, import.meta.url);

export const filesystems: Record<FilesystemName, Filesystem> = {
  tmpfs: {
    url: example('tmpfs'),
    fitsWorkers: false,
    isWritable: true,
    data: () => ({ size: '64m' }),
  },
  passthrough: {
    url: example('passthrough'),
    fitsWorkers: false,
    isWritable: true,
    data: (source) => ({ source }),
  },
  trial: {
    url: new URL('trial.js', import.meta.url),
    fitsWorkers: true,
    isWritable: false,
    data: (): TrialData => ({ shared: new SharedArrayBuffer(SHARED_FILES * SHARED_SIZE) }),
  },
};

/** Makes the filesystem of a module in this thread. */
export async function instanceOf(url: URL | string, data: unknown): Promise<Operations> {
  const { default: made } = await import(String(url));
  return made.prototype instanceof Operations ? new made(data) : made(data);
}
