/** The process of one test file: `entry.js <file>`, started by the runner. */
import { pathToFileURL } from 'node:url';
import { report } from './report.js';
import { runSuites } from './suite.js';

const file = process.argv[2];
if (file === undefined) throw new Error('usage: entry.js <test file>');

await import(pathToFileURL(file).href);
await runSuites();
await report({ type: 'end' });
// Ends the process also when a test left a timer, a socket or a worker behind.
process.exit();
