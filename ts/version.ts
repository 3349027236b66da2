import { createRequire } from 'node:module';

const about = createRequire(import.meta.url)('wasmfuse/package.json') as { version: string };

/** Version of this package. */
export const version: string = about.version;
