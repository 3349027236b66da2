import { mountCli, tempDir } from '../helpers/mount.js';
import { programs } from './programs.js';
import { runChecks } from './run.js';

runChecks(
  'programs on passthrough',
  programs,
  async (scope) => (await mountCli(scope, ['passthrough', tempDir(scope, 'source-')])).dir,
  { timeout: 90_000 },
);
