import { FOR_OTHERS, mountCli, tempDir } from '../helpers/mount.js';
import type { Scope } from '../helpers/scope.js';
import { checks } from './checks.js';
import { runChecks } from './run.js';

async function mounted(scope: Scope, options: string[], ...args: string[]): Promise<string> {
  const source = tempDir(scope, 'source-');
  const all = [...FOR_OTHERS, ...options].flatMap((option) => ['-o', option]);
  return (await mountCli(scope, ['passthrough', ...all, ...args, source])).dir;
}

runChecks('passthrough', checks, (scope) => mounted(scope, []));

runChecks('passthrough, one task', checks, (scope) => mounted(scope, [], '--max-tasks', '1'));

runChecks('passthrough, with caches', checks, (scope) =>
  mounted(scope, ['entryTimeout=60', 'attrTimeout=60']),
);
