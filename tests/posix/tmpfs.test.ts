import { FOR_OTHERS, mountCli, mountModule } from '../helpers/mount.js';
import { checks } from './checks.js';
import { runChecks } from './run.js';

const TMPFS = new URL('../../../dist/examples/tmpfs.js', import.meta.url);
const OTHERS = FOR_OTHERS.flatMap((option) => ['-o', option]);

runChecks('tmpfs', checks, async (scope) => (await mountCli(scope, ['tmpfs', ...OTHERS])).dir);

runChecks('tmpfs, one task', checks, async (scope) => {
  const { dir } = await mountCli(scope, ['tmpfs', ...OTHERS, '--max-tasks', '1']);
  return dir;
});

runChecks('tmpfs, on the main thread', checks, async (scope) => {
  const options = { instance: true, options: FOR_OTHERS, minTasks: 0 };
  return (await mountModule(scope, TMPFS, options)).dir;
});
