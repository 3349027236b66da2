/**
 * Serves two filesystems in one process, ended by signals: `two.js <log> <mountpoint>...`, the
 * first of which answers no read, and notes it in the log.
 */
import { mount } from 'wasmfuse';

const [, , log = '', slow = '', quick = ''] = process.argv;
const fixture = (name: string) => new URL(`../../fixtures/${name}.js`, import.meta.url);
const config = { handleSignals: true, closeTimeout: 500 };
const data = { log, ms: 60_000 };
for (const session of [
  await mount(fixture('gate'), slow, undefined, { ...config, data }),
  await mount(fixture('control'), quick, undefined, config),
]) {
  session.main().catch(() => {});
}
