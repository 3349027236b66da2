import { mountCli, tempDir } from '../helpers/mount.js';
import type { Scope } from '../helpers/scope.js';
import { checks } from './checks.js';
import { runChecks } from './run.js';

async function mounted(scope: Scope, ...args: string[]): Promise<string> {
  const source = tempDir(scope, 'source-');
  return (await mountCli(scope, ['passthrough', ...args, source])).dir;
}

runChecks('passthrough', checks, (scope) => mounted(scope, '-o', 'allow_other'));

runChecks('passthrough, one task', checks, (scope) =>
  mounted(scope, '-o', 'allow_other', '--max-tasks', '1'),
);

runChecks('passthrough, with caches', checks, (scope) =>
  mounted(scope, '-o', 'allow_other,entryTimeout=60,attrTimeout=60'),
);
