import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

/** A filesystem that comes with the package. */
export interface Preset {
  readonly module: URL;
  /** It mirrors a directory, which must be named. */
  readonly needsSource: boolean;
  /** Options after `-o` that are its own, not libfuse's. */
  readonly options: readonly string[];
}

const { resolve } = createRequire(import.meta.url);
const example = (name: string) => pathToFileURL(resolve(`#files/examples/${name}.js`));

export const presets: Readonly<Record<string, Preset>> = {
  hello: { module: example('hello'), needsSource: false, options: [] },
  tmpfs: {
    module: example('tmpfs'),
    needsSource: false,
    options: ['size', 'inodes', 'mode', 'uid', 'gid'],
  },
  notify: { module: example('notify'), needsSource: false, options: ['interval'] },
  passthrough: {
    module: example('passthrough'),
    needsSource: true,
    options: ['entryTimeout', 'attrTimeout'],
  },
};
