/** The checks themselves, checked: the filesystem of this machine passes them. */
import { tempDir } from '../helpers/mount.js';
import { checks } from './checks.js';
import { runChecks } from './run.js';

runChecks('the filesystem of this machine', checks, (scope) => tempDir(scope));
