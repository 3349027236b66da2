/** Runs scenarios in a process of their own: `scenario.js <mountpoint as JSON> <name>...`. */
import { runScenarios, type ScenarioName } from '../scenarios.js';

const [, , place = '', ...names] = process.argv;
await runScenarios(JSON.parse(place), ...(names as ScenarioName[]));
console.log('done');
