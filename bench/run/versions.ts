import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

function printed(file: string, ...args: string[]): string | undefined {
  const { status, stdout } = spawnSync(file, args, { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}

/** The version of an installed Debian package. */
function debian(name: string): string | undefined {
  // A line for each architecture: the name, a tab, the version.
  return printed('dpkg-query', '-W', name)?.split(/\s/)[1];
}

function fuseNative(): string | undefined {
  const file = `${ROOT}build/peers/fuse-native/node_modules/fuse-native/package.json`;
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).version : undefined;
}

/** What was measured and with what, as far as it is here. */
export function versions(): Record<string, string> {
  const all = {
    'libfuse (ours)': readFileSync(`${ROOT}libfuse-version`, 'utf8').split(' ')[0],
    'libfuse3-dev': debian('libfuse3-dev'),
    pyfuse3: debian('python3-pyfuse3'),
    'fuse-native': fuseNative(),
    libfuse2: debian('libfuse2'),
    fio: debian('fio'),
    gcc: debian('gcc'),
    git: debian('git'),
  };
  return Object.fromEntries(Object.entries(all).map(([name, found]) => [name, found ?? 'missing']));
}
