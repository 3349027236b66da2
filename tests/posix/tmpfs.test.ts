import { mountCli, mountModule } from '../helpers/mount.js';
import { checks } from './checks.js';
import { runChecks } from './run.js';

const TMPFS = new URL('../../../dist/examples/tmpfs.js', import.meta.url);
/** The checks are another user, too. */
const OTHERS = ['-o', 'allow_other'];

runChecks('tmpfs', checks, async (scope) => (await mountCli(scope, ['tmpfs', ...OTHERS])).dir);

runChecks('tmpfs, one task', checks, async (scope) => {
  const { dir } = await mountCli(scope, ['tmpfs', ...OTHERS, '--max-tasks', '1']);
  return dir;
});

runChecks('tmpfs, on the main thread', checks, async (scope) => {
  const options = ['allow_other'];
  return (await mountModule(scope, TMPFS, { instance: true, options, minTasks: 0 })).dir;
});
