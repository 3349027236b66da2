import { mountCli } from '../helpers/mount.js';
import { programs } from './programs.js';
import { runChecks } from './run.js';

runChecks('programs on tmpfs', programs, async (scope) => (await mountCli(scope, ['tmpfs'])).dir, {
  timeout: 90_000,
});
