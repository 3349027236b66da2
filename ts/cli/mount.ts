import { absolute } from '../absolute.js';
import { defaultOptions } from '../constants.js';
import { checkTasks, checkWorkers } from '../options.js';
import { mount } from '../session.js';
import { reason, UsageError } from './errors.js';
import { escapeValue, splitOptions, takeOwn } from './options.js';
import { type Preset, presets } from './presets.js';

/** Options of `wasmfuse mount` as the parser leaves them. */
export interface MountOptions {
  /** Each list that follows an `-o`. */
  options: string[];
  debug?: boolean;
  data?: string;
  nonempty?: boolean;
  replaceStale?: boolean;
  minTasks: number;
  maxTasks: number;
  workers: number;
  transport?: 'auto' | 'read' | 'uring';
}

function parseData(json: string | undefined): object {
  if (json === undefined) return {};
  try {
    const data: unknown = JSON.parse(json);
    if (typeof data === 'object' && data !== null && !Array.isArray(data)) return data;
  } catch {
    // Said below.
  }
  throw new UsageError(`--data is no JSON object: ${json}`);
}

function checkCounts({ minTasks, maxTasks, workers }: MountOptions): void {
  try {
    checkTasks(minTasks, maxTasks);
    checkWorkers(workers);
  } catch (thrown) {
    throw new UsageError(reason(thrown));
  }
}

/** [source] mountpoint, in the order of mount(8). */
function places(name: string, preset: Preset | undefined, rest: string[]) {
  const mountpoint = rest.at(-1);
  const source = rest.length > 1 ? rest[0] : undefined;
  if (mountpoint === undefined || rest.length > 2) {
    throw new UsageError('mount takes a filesystem, perhaps a source, and a mountpoint');
  }
  if (preset?.needsSource && source === undefined) {
    throw new UsageError(`${name} needs a source directory before the mountpoint`);
  }
  if (preset !== undefined && !preset.needsSource && source !== undefined) {
    throw new UsageError(`${name} takes no source`);
  }
  return { mountpoint, source: source === undefined ? undefined : absolute(source) };
}

/** Mounts and serves until unmounted or told to stop by a signal. */
export async function mountCommand(
  name: string,
  rest: string[],
  given: MountOptions,
  onMounted: (mountpoint: string) => void = () => {},
): Promise<void> {
  const preset = Object.hasOwn(presets, name) ? presets[name] : undefined;
  checkCounts(given);
  const { mountpoint, source } = places(name, preset, rest);
  const [options, own] = takeOwn(splitOptions(given.options), preset?.options ?? []);
  const fsname = escapeValue(source ?? name);
  const named = options.some((option) => option.startsWith('fsname=')) ? [] : [`fsname=${fsname}`];
  const session = await mount(
    preset?.module ?? name,
    mountpoint,
    [...defaultOptions, 'subtype=wasmfuse', ...named, ...options],
    {
      data: { ...parseData(given.data), ...own, ...(source !== undefined && { source }) },
      handleSignals: true,
      workers: given.workers,
      ...(given.transport && { transport: given.transport }),
      ...(given.debug && { debug: true }),
      ...(given.nonempty && { nonempty: true }),
      ...(given.replaceStale && { replaceStale: true }),
    },
  );
  try {
    const served = session.main(given.minTasks, given.maxTasks);
    onMounted(session.mountpoint);
    await served;
  } finally {
    await session.close();
  }
}
