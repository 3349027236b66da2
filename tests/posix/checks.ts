import type { Checks } from './check.js';
import { attributes } from './checks/attributes.js';
import { directories } from './checks/directories.js';
import { files } from './checks/files.js';
import { special } from './checks/special.js';

/** What every filesystem that can be written to has to do right. */
export const checks: Checks = { ...files, ...directories, ...attributes, ...special };
