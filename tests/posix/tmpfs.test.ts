import { FOR_OTHERS, mountCli, mountModule } from '../helpers/mount.js';
import { placements } from '../helpers/placement.js';
import { checks } from './checks.js';
import { runChecks } from './run.js';

const TMPFS = new URL('../../../dist/examples/tmpfs.js', import.meta.url);
const OTHERS = FOR_OTHERS.flatMap((option) => ['-o', option]);

runChecks('tmpfs', checks, async (scope) => (await mountCli(scope, ['tmpfs', ...OTHERS])).dir);

runChecks('tmpfs, one task', checks, async (scope) => {
  const { dir } = await mountCli(scope, ['tmpfs', ...OTHERS, '--max-tasks', '1']);
  return dir;
});

for (const [placement, where] of placements.slice(1)) {
  runChecks(`tmpfs, with handlers in ${where}`, checks, async (scope) => {
    const options = { placement, options: FOR_OTHERS, minTasks: 0 };
    return (await mountModule(scope, TMPFS, options)).dir;
  });
}
